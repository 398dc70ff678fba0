"""Sums of samples."""


def percentile(samples, share):
    """Returns the sample below which that share of them lies."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def slope(samples):
    """Returns how much the samples, taken at equal distances, grow from one to the next: least squares."""
    count = len(samples)
    if count < 2:
        return 0.0
    middle = (count - 1) / 2
    mean = sum(samples) / count
    above = sum((index - middle) * (sample - mean) for index, sample in enumerate(samples))
    return above / sum((index - middle) ** 2 for index in range(count))
