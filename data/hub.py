"""Models of the Hugging Face hub: names, files and cache."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

SCHEME = "hf://"
_PART = r"\w[\w.-]*"
HUB_NAME = re.compile(rf"{_PART}(/{_PART})?", re.ASCII)
_ADDRESS = re.compile(rf"{SCHEME}(?P<repo>{HUB_NAME.pattern})(@(?P<revision>{_PART}(/{_PART})*))?", re.ASCII)
_SHARD = re.compile(r"model-\d+-of-(\d+)\.safetensors")
_CONFIGS, _VOCABULARIES = ("config.json", "bert_config.json"), ("vocab.txt", "tokenizer.json")
_FURTHER = ("tokenizer_config.json", "modules.json")
_GOOGLE = re.compile(r"bert_model\.ckpt\.(index|data-\d+-of-\d+)")


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
        raise ValueError(f"Expected an address hf://owner/name or hf://owner/name@revision. Received: {address}.")
    from huggingface_hub import HfApi, snapshot_download, try_to_load_from_cache

    repo, revision = match["repo"], match["revision"]
    try:
        for name in _CONFIGS:
            config = try_to_load_from_cache(repo, name, revision=revision)
            if isinstance(config, str) and _is_complete(Path(config).parent):
                return Path(config).parent
        siblings = HfApi().model_info(repo, revision=revision).siblings or []
    except Exception as error:  # of requests or httpx, by the version of the client
        raise _hub_error(address, error) from None
    names = model_files({file.rfilename for file in siblings}, address)
    try:
        return Path(snapshot_download(repo, revision=revision, allow_patterns=names))
    except Exception as error:
        raise _hub_error(address, error) from None


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
    vocabulary = next((name for name in _VOCABULARIES if name in names), None)
    shards = sorted(filter(_SHARD.fullmatch, names))
    if "model.safetensors" in names:
        weights = ["model.safetensors"]
    elif shards and "model.safetensors.index.json" in names and _all_shards(shards):
        weights = ["model.safetensors.index.json", *shards]
    else:
        weights = sorted(filter(_GOOGLE.fullmatch, names))
    if config is not None and vocabulary is not None and weights:
        return [config, vocabulary, *(name for name in _FURTHER if name in names), *weights]
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
    """Returns the models of the hub's cache that have all files."""
    from huggingface_hub import constants, scan_cache_dir
    from huggingface_hub.utils import CacheNotFound

    try:
        repos = scan_cache_dir(constants.HF_HUB_CACHE).repos
    except CacheNotFound:
        return []
    models = []
    for repo in sorted(repos, key=lambda repo: repo.repo_id):
        for revision in sorted(repo.revisions, key=lambda revision: revision.commit_hash):
            if repo.repo_type == "model" and _is_complete(revision.snapshot_path):
                name = next(iter(sorted(revision.refs)), revision.commit_hash)
                models.append(HubModel(f"{SCHEME}{repo.repo_id}@{name}".removesuffix("@main"), revision.snapshot_path))
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


def _hub_error(address: str, error: Exception) -> ValueError:
    from huggingface_hub.utils import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    if isinstance(error, GatedRepoError):
        problem = "the hub gives it only after its terms are accepted; accept them and run hf auth login"
    elif isinstance(error, RepositoryNotFoundError):
        problem = "the hub has no such model; check owner and name, or run hf auth login if it is private"
    elif isinstance(error, RevisionNotFoundError):
        problem = "the model has no such revision; check what follows @"
    else:
        cause = " ".join(str(error).split())[:200] or type(error).__name__
        problem = f"the hub cannot be reached and the cache does not hold the model ({cause}); download it once online"
    return ValueError(f"{address}: {problem}.")
