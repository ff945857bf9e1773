from evaluation.admin import assessments, certifications, evaluations, examples, results, schemes

__all__ = ["assessments", "certifications", "evaluations", "examples", "results", "schemes"]
