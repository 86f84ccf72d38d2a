"""How a command of ./dev ends: the one table of exit codes, and the refusal that carries one."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes others may build on (docs/contract.md)."""

    OK = 0
    FAILED = 1
    USAGE = 2
    PORT_BUSY = 3
    TO_INSTALL = 4
    PREPARE_FAILED = 5
    INTERRUPTED = 130


class RefusedError(Exception):
    """A command cannot go on: one sentence for the person at the terminal, and the code to end with."""

    def __init__(self, sentence: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class InterruptedRunError(RefusedError):
    """Ctrl-C, or a signal that asks the same."""

    def __init__(self) -> None:
        super().__init__("Stopped.", Exit.INTERRUPTED)
