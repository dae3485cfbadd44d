"""Turn forecasts into cover requirements."""

import numpy as np

from sim.units import FloatArray, IntArray


def staff_required(patients_per_hour: FloatArray, patients_per_staff_hour: float, least: int = 0) -> IntArray:
    """Return the staff that must be on duty in each hour so that they can serve these patients, the same shape.

        staff = max(least, ceil(patients_per_hour / patients_per_staff_hour))

    Give a quantile of the forecast, for example `forecast.quantile(0.9)`: then the staff suffice in 90 % of hours.
    It is the right-hand side of a covering program, one requirement an hour.

    Raises:
        ValueError: lists a productivity that is not above zero, a negative minimum, and numbers of patients that are
            negative or not finite.
    """
    faults = []
    if not patients_per_staff_hour > 0:
        faults.append(f"patients_per_staff_hour = {patients_per_staff_hour}: give a number above zero")
    if least < 0:
        faults.append(f"least = {least}: give zero or more")
    if not np.all(np.isfinite(patients_per_hour) & (patients_per_hour >= 0)):
        faults.append("patients_per_hour: give finite numbers of zero or more")
    if faults:
        raise ValueError("; ".join(faults))
    # Nobody is added for a rounding error, as in 0.3 / 0.1 = 2.9999999999999996 or 0.7 / 0.1 = 6.999999999999999.
    needed = np.ceil(patients_per_hour / patients_per_staff_hour - 1e-9)
    return np.maximum(needed, least).astype(np.int64)
