"""Place ambulances at stations so that most calls are reached in time."""
