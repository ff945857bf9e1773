from django.contrib.auth.backends import ModelBackend


class RoleBackend(ModelBackend):
    """Password login only; what a person may do is answered by ``User.has_perm`` from the table of roles."""

    def get_user_permissions(self, user_obj, obj=None):  # type: ignore[no-untyped-def]  # noqa: ARG002
        return set()

    def get_group_permissions(self, user_obj, obj=None):  # type: ignore[no-untyped-def]  # noqa: ARG002
        return set()
