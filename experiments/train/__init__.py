"""Train models on records of past patients, and judge them on patients they have not learned from."""
