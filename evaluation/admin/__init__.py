from evaluation.admin import assessments, certifications, evaluations, results, schemes

__all__ = ["assessments", "certifications", "evaluations", "results", "schemes"]
