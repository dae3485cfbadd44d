"""Decide where ambulance crews wait for calls."""

from policies.posts.at_hospitals import AtHospitals
from policies.posts.expected_cover import ExpectedCover

__all__ = ["AtHospitals", "ExpectedCover"]
