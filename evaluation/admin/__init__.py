from evaluation.admin import assessments, certifications, evaluations, examples, results, revocations, schemes

__all__ = ["assessments", "certifications", "evaluations", "examples", "results", "revocations", "schemes"]
