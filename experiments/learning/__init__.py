"""Learn from patients who stay where they are: federated training, synthetic patients, releases with noise, checks."""
