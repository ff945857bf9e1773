from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend


class RoleBackend(ModelBackend):
    """Password login only; what a person may do is answered by ``User.has_perm`` from the table of roles."""

    def get_user_permissions(self, user_obj, obj=None):  # type: ignore[no-untyped-def]  # noqa: ARG002
        return set()

    def get_group_permissions(self, user_obj, obj=None):  # type: ignore[no-untyped-def]  # noqa: ARG002
        return set()

    def get_user(self, user_id):  # type: ignore[no-untyped-def]
        """Return the account with its region and the year of the current round, which every page of an officer asks
        for; None if it may not log in."""
        from platforms.rounds.queries.rounds import current_year

        accounts = get_user_model()._default_manager.select_related("region").annotate(round_year=current_year())
        user = accounts.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
