"""What the environment may set: every variable begins with ``BACKARROW_``."""

from __future__ import annotations

from functools import lru_cache

from pydantic_settings import BaseSettings, SettingsConfigDict

from app.core.validate import Limits


class Settings(BaseSettings):
    """Limits of the service. Sizes count bytes, tensors' elements and floating-point operations.

    ``max_train_work`` is for all steps of one training, ``train_seconds`` how long it may take; ``max_check_work`` is
    for a gradient check that tells how far it has come.
    """

    model_config = SettingsConfigDict(env_prefix="BACKARROW_")

    max_body: int = 2_000_000
    max_file: int = 64_000_000
    max_nodes: int = 5_000
    max_rank: int = 8
    max_elements: int = 1_000_000
    max_live: int = 10_000_000
    max_work: int = 200_000_000
    max_train_work: int = 1_000_000_000_000
    train_seconds: float = 300.0
    max_check_work: int = 20_000_000_000

    def limits(self) -> Limits:
        """The budgets of one evaluation."""
        return Limits(self.max_nodes, self.max_rank, self.max_elements, self.max_live, self.max_work)


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings()
