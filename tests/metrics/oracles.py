"""Slow references for the metrics of texts."""


def slow_character_f1(prediction, reference):
    predicted, positives = ([c for c in text.lower() if c not in " 。？"] for text in (prediction, reference))
    unmatched, true_positives = list(positives), 0
    for c in predicted:
        if c in unmatched:
            unmatched.remove(c)
            true_positives += 1
    if not true_positives:
        return 0.0
    precision, recall = true_positives / len(predicted), true_positives / len(positives)
    return 2 * precision * recall / (precision + recall)
