"""What is said where the engine itself fails on a register: which one, and how a person gets past it."""


def engine_failed(partition: int, offset: int, error: Exception) -> str:
    """Say on which register of `registers` the engine failed, and nothing of what was in it."""
    return (
        f"the engine fails on the register at partition {partition}, offset {offset} of the registers topic "
        f"({type(error).__name__}): a bug of ours; what to do: docs/operating.md, 'When the engine fails on a register'"
    )
