"""Tests of the rules: pure, fast, one file for each module of `shared/domain/`."""
