"""The user's cache folder: its place, its owner, and files that appear whole."""

import os
import sys

import pytest

from textzoo.data.user_cache import read_cached, user_cache_folder, write_cached

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes of POSIX")


def test_a_file_is_written_and_found(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert read_cached("a") is None
    write_cached("a", b"1")
    write_cached("a", b"2")
    path = read_cached("a")
    assert path == tmp_path / "textzoo" / "a" and path.read_bytes() == b"2"
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["a"]


def test_a_relative_cache_home_is_ignored(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    folder = user_cache_folder()
    assert folder is not None and folder.name == "textzoo" and not (tmp_path / "here").exists()


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_can_write_is_not_used(tmp_path, monkeypatch, mode):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    write_cached("a", b"1")
    (tmp_path / "textzoo").chmod(mode)
    assert user_cache_folder() is None and read_cached("a") is None
    write_cached("b", b"1")
    assert [file.name for file in (tmp_path / "textzoo").iterdir()] == ["a"]


def test_a_file_that_others_can_write_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    write_cached("a", b"1")
    (tmp_path / "textzoo" / "a").chmod(0o666)
    assert read_cached("a") is None


def test_links_are_not_followed(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_cached("a", b"1")
    (tmp_path / "cache" / "textzoo" / "b").symlink_to("a")
    assert read_cached("b") is None
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "textzoo").symlink_to(tmp_path / "cache" / "textzoo")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    assert user_cache_folder() is None


def test_the_files_of_another_user_are_not_read(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    write_cached("a", b"1")
    uid = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: uid + 1)
    assert read_cached("a") is None


def test_without_a_writable_place_nothing_is_cached(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    write_cached("a", b"1")
    assert user_cache_folder() is None
