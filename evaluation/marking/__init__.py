"""The evaluation of a round: assessments, scores, grades."""
