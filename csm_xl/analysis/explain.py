"""The former place of `csm_xl.engine.explain`, for one version."""

from csm_xl.engine.explain import Explanation, Passage, explain

__all__ = ["Explanation", "Passage", "explain"]
