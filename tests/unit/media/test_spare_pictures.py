"""An array is written again only when nobody can see it."""

from __future__ import annotations

from studio.media.spare_pictures import CAPACITY, SparePictures


def test_a_free_array_is_used_again_and_a_held_one_never() -> None:
    spare = SparePictures(8, 4)
    first = spare.take()
    assert first.shape == (4, 8, 3)
    place = first.ctypes.data
    assert spare.take().ctypes.data != place, "it is held here"
    view = first[1:2]
    del first
    assert spare.take().ctypes.data != place, "seen through a view"
    del view
    again = spare.take()
    assert again.ctypes.data == place


def test_read_only_arrays_come_back_writable() -> None:
    spare = SparePictures(8, 4)
    array = spare.take()
    array.flags.writeable = False
    del array
    spare.take()[0, 0] = 1


def test_more_than_it_keeps_can_be_held() -> None:
    spare = SparePictures(8, 4)
    held = [spare.take() for _ in range(CAPACITY + 3)]
    assert len({array.ctypes.data for array in held}) == CAPACITY + 3
