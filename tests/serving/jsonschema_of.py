"""A check of values by the JSON schemas that the OpenAPI description uses."""

TYPES = {
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "array": list | tuple,
    "object": dict,
    "null": type(None),
}


def check_against(value, schema, description):
    """Raises AssertionError if a value does not fit a schema of the description."""
    assert _fits(value, schema, description), (value, schema)


def _fits(value, schema, description):
    if "$ref" in schema:
        return _fits(value, description["components"]["schemas"][schema["$ref"].rpartition("/")[2]], description)
    if "anyOf" in schema:
        return any(_fits(value, option, description) for option in schema["anyOf"])
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        return False
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        more = schema.get("additionalProperties", {})
        return set(schema.get("required", [])) <= set(value) and all(
            _fits(item, properties.get(name, more if isinstance(more, dict) else {}), description)
            for name, item in value.items()
        )
    if isinstance(value, list) and "items" in schema:
        return all(_fits(item, schema["items"], description) for item in value)
    return True
