"""golib/malloc from Python's side: one owner frees once, the books notice the second time, and nothing leaks."""

import weakref
from concurrent.futures import ThreadPoolExecutor
from ctypes import c_bool, c_double, c_int64, c_void_p

import pytest
from load import MIB, growth

import gomagic

SONGS = """package main

import "C"

import (
	"unsafe"

	"gomagic/golib/malloc"
)

//export NewSong
func NewSong(n int, note float64) unsafe.Pointer {
	song := malloc.Slice[float64](n)
	for i := range song {
		song[i] = note
	}
	return unsafe.Pointer(unsafe.SliceData(song))
}

//export FreeSong
func FreeSong(song unsafe.Pointer) bool { return malloc.Free(song) }

//export Live
func Live() int { return malloc.Live() }

func main() {}
"""
SAMPLES = 16_384  # 128 KiB a song


@pytest.fixture(scope="module")
def lib(own_cache):
    lib = gomagic.compile(SONGS, "songs")
    lib.NewSong.argtypes, lib.NewSong.restype = [c_int64, c_double], c_void_p
    lib.FreeSong.argtypes, lib.FreeSong.restype = [c_void_p], c_bool
    lib.Live.argtypes, lib.Live.restype = [], c_int64
    return lib


class Song:
    def __init__(self, lib, note=0.5):
        address = lib.NewSong(SAMPLES, note)
        self.samples = (c_double * SAMPLES).from_address(address)
        self.close = weakref.finalize(self, lib.FreeSong, address)


def sing(lib):
    assert Song(lib).samples[SAMPLES - 1] == 0.5


def test_song_is_freed_once_by_its_owner(lib):
    song = Song(lib)
    assert lib.Live() == 1
    assert (song.close(), song.close()) == (True, None)
    del song
    assert lib.Live() == 0


def test_second_free_is_noticed_and_harms_nobody(lib):
    address = lib.NewSong(8, 1.0)
    assert [lib.FreeSong(address), lib.FreeSong(address), lib.FreeSong(None)] == [True, False, True]
    assert lib.Live() == 0


def test_python_s_memory_is_not_freed(lib):
    mine = (c_double * 2)(1.0, 2.0)
    assert not lib.FreeSong(mine)
    assert mine[:] == [1.0, 2.0]


def test_threads_have_songs_of_their_own(lib):
    def sing_and_listen(note):
        songs = [Song(lib, float(note)) for _ in range(10)]
        return all(song.samples[0] == song.samples[-1] == note for song in songs)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(sing_and_listen, range(80)))
    assert lib.Live() == 0


def test_a_leak_is_counted_and_seen(lib):
    """So that the tests below can fail."""
    lost = []
    assert growth(lambda: lost.append(lib.NewSong(SAMPLES, 0.0)), 1000) > 60 * MIB  # 125, less what the heap had free
    assert lib.Live() == len(lost)
    assert all([lib.FreeSong(address) for address in lost])
    assert lib.Live() == 0


def test_memory_stays_flat_over_many_songs(lib):
    assert growth(lambda: sing(lib), 1000) < 12 * MIB  # a leak would be 125 MiB
    assert lib.Live() == 0


@pytest.mark.soak
def test_memory_stays_flat_for_minutes(lib):
    assert growth(lambda: sing(lib), 200_000) < 24 * MIB  # a leak would be 24 GiB
    assert lib.Live() == 0
