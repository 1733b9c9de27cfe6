"""Models of the Hugging Face hub: names, files and cache."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

SCHEME = "hf://"
_PART = r"\w[\w.-]*"
_NAME = re.compile(rf"{_PART}(/{_PART})?", re.ASCII)
_ADDRESS = re.compile(rf"{SCHEME}(?P<repo>{_NAME.pattern})(@(?P<revision>{_PART}(/{_PART})*))?", re.ASCII)
_WEB_PAGE = re.compile(r"((https?://)?(www\.)?(huggingface|hf)\.co/|hf:/*)", re.IGNORECASE)
_SHARD = re.compile(r"model-\d+-of-(\d+)\.safetensors")
_CONFIGS = ("config.json", "bert_config.json")
_VOCABULARIES = (("vocab.txt",), ("tokenizer.json",), ("vocab.json", "merges.txt"))
_FURTHER = ("tokenizer_config.json", "modules.json")
_GOOGLE = re.compile(r"bert_model\.ckpt\.(index|data-\d+-of-\d+)")


class _LinkError(ValueError):
    """A file of the cache is a link to outside the model's part of it."""


class HubModel(NamedTuple):
    """A model in the cache: its address `hf://owner/name@revision` and its folder."""

    address: str
    folder: Path


def hub_folder(address: str) -> Path:
    """Returns the folder of a model of the hub, downloaded unless it is in the cache.

    A model in the cache is used without asking the hub. Only configuration, vocabulary and weights are downloaded,
    never code or pickles.

    Args:
        address: `hf://owner/name` or `hf://owner/name@revision`, with a branch, a tag or a commit.

    Raises:
        ValueError: The address is malformed, the hub has no such model or cannot be reached, or the model lacks a file.

    Reference:
        https://huggingface.co/docs/huggingface_hub/guides/manage-cache
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(f"Expected an address hf://owner/name or hf://owner/name@revision. Received: {address!r}.")
    from huggingface_hub import HfApi, snapshot_download, try_to_load_from_cache

    repo, revision = match["repo"], match["revision"]
    try:
        for name in _CONFIGS:
            config = try_to_load_from_cache(repo, name, revision=revision)
            if isinstance(config, str) and _is_complete(Path(config).parent):
                return _without_links_outside(Path(config).parent, address)
        siblings = HfApi().model_info(repo, revision=revision).siblings or []
    except _LinkError:
        raise
    except Exception as error:  # of requests or httpx, by the version of the client
        raise _hub_error(address, error) from None
    names = model_files({file.rfilename for file in siblings}, address)
    try:
        folder = Path(snapshot_download(repo, revision=revision, allow_patterns=names))
    except Exception as error:
        raise _hub_error(address, error) from None
    return _without_links_outside(folder, address)


def suggest_address(name: str) -> str | None:
    """Returns the address of the hub that a name, a page's address or a misspelt scheme means; None if it means none.

    Example:

    >>> suggest_address("https://huggingface.co/hfl/rbt3"), suggest_address("a/b/c")
    ('hf://hfl/rbt3', None)
    """
    address = SCHEME + _WEB_PAGE.sub("", name, count=1).rstrip("/")
    return address if _ADDRESS.fullmatch(address) else None


def model_files(names: Collection[str], source: str) -> list[str]:
    """Returns the files of a model that loading needs: configuration, vocabulary, weights.

    Args:
        names: Names of all files.
        source: Address or folder, for messages.

    Raises:
        ValueError: A file is missing, or the only weights are a pickle or another library's.

    Example:

    >>> model_files({"config.json", "vocab.txt", "model.safetensors", "model.py", "README.md"}, "hf://a/b")
    ['config.json', 'vocab.txt', 'model.safetensors']
    """
    config = next((name for name in _CONFIGS if name in names), None)
    vocabulary = next((files for files in _VOCABULARIES if all(name in names for name in files)), None)
    shards = sorted(filter(_SHARD.fullmatch, names))
    if "model.safetensors" in names:
        weights = ["model.safetensors"]
    elif shards and "model.safetensors.index.json" in names and _all_shards(shards):
        weights = ["model.safetensors.index.json", *shards]
    else:
        weights = sorted(filter(_GOOGLE.fullmatch, names))
    if config is not None and vocabulary is not None and weights:
        return [config, *vocabulary, *(name for name in _FURTHER if name in names), *weights]
    if not weights and "pytorch_model.bin" in names:
        repo = source.removeprefix(SCHEME).partition("@")[0]
        raise ValueError(
            f"{source}: expected model.safetensors. Received: pytorch_model.bin, a pickle, which is never loaded. "
            f"Run hf download {repo} --local-dir {repo.rpartition('/')[2]} and pass that folder; the message then "
            "names the conversion."
        )
    expected = "config.json, vocab.txt or tokenizer.json, and model.safetensors"
    received = ", ".join(sorted(names)[:10]) or "no file"
    raise ValueError(f"{source}: expected {expected}. Received: {received}.")


def cached_models() -> list[HubModel]:
    """Returns the models of the hub's cache that have all files; damaged ones are left out."""
    from huggingface_hub import constants

    models = []
    for repo in sorted(Path(constants.HF_HUB_CACHE).glob("models--*")):
        name = repo.name.removeprefix("models--").replace("--", "/")
        refs: dict[bytes, str] = {}
        for ref in sorted(path for path in repo.glob("refs/**/*") if path.is_file()):
            refs.setdefault(ref.read_bytes(), ref.relative_to(repo / "refs").as_posix())
        for folder in sorted(repo.glob("snapshots/*")):
            revision = refs.get(folder.name.encode(), folder.name)
            address = f"{SCHEME}{name}@{revision}".removesuffix("@main")
            if _ADDRESS.fullmatch(address) and _is_complete(folder) and not _links_outside(folder):
                models.append(HubModel(address, folder))
    return models


def _all_shards(shards: list[str]) -> bool:
    match = _SHARD.fullmatch(shards[0])
    return match is not None and len(shards) == int(match[1])


def _is_complete(folder: Path) -> bool:
    try:
        model_files({file.name for file in folder.iterdir() if file.is_file()}, str(folder))
    except (OSError, ValueError):
        return False
    return True


def _links_outside(folder: Path) -> list[Path]:
    """Returns the files of a snapshot that are links to outside the model's part of the cache."""
    root = folder.parent.parent.resolve()
    return [file for file in sorted(folder.iterdir()) if not file.resolve().is_relative_to(root)]


def _without_links_outside(folder: Path, address: str) -> Path:
    for file in _links_outside(folder):
        raise _LinkError(f"{address}: {file} links to a file outside the model's cache; remove {folder.parent.parent}.")
    return folder


def _hub_error(address: str, error: Exception) -> ValueError:
    from huggingface_hub.utils import (
        GatedRepoError,
        HFValidationError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    cause = " ".join(str(error).split())[:200] or type(error).__name__
    if isinstance(error, GatedRepoError):
        problem = "the hub gives it only after its terms are accepted; accept them and run hf auth login"
    elif isinstance(error, RepositoryNotFoundError):
        problem = "the hub has no such model; check owner and name, or run hf auth login if it is private"
    elif isinstance(error, RevisionNotFoundError):
        problem = "the model has no such revision; check what follows @"
    elif isinstance(error, HFValidationError):
        problem = f"no model of the hub has such a name ({cause.rstrip('.')}); check owner and name"
    else:
        problem = f"the hub cannot be reached and the cache does not hold the model ({cause}); download it once online"
    return ValueError(f"{address}: {problem}.")
