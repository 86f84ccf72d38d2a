"""The tests mirror the rooms: `tests/domain/test_lockout.py` is about `shared/domain/lockout.py`."""
