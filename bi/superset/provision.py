"""Bring Superset's own database up to date. Runs inside Superset's environment, from `server.provision`.

Standard input is JSON: `bundle` (path of the .zip), `user`, `new_password`, and `reset` (whether a user that
is there already gets it too).
Standard output ends with JSON: `created` (whether the user is new).
"""

import json
import sys
from zipfile import ZipFile

from superset.app import create_app


def main() -> None:
    """Migrate, make roles and the administrator, import the bundle over what is there."""
    order = json.load(sys.stdin)
    app = create_app()
    with app.app_context():
        # Superset's modules can be imported only once there is an application.
        from flask_migrate import upgrade  # noqa: PLC0415
        from superset import appbuilder, db, security_manager  # noqa: PLC0415
        from superset.commands.importers.v1.assets import ImportAssetsCommand  # noqa: PLC0415
        from superset.commands.importers.v1.utils import get_contents_from_bundle  # noqa: PLC0415
        from superset.utils.core import override_user  # noqa: PLC0415

        upgrade()
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        db.session.commit()

        user = security_manager.find_user(username=order["user"])
        created = user is None
        if created:
            role = security_manager.find_role(app.config["AUTH_ROLE_ADMIN"])
            mail = f"{order['user']}@localhost"
            user = security_manager.add_user(
                order["user"], "gwr", "administrator", mail, role, order["new_password"]
            )
            if not user:
                raise SystemExit("Superset refused to make its administrator.")
        elif order["reset"]:
            security_manager.reset_password(user.id, order["new_password"])

        with ZipFile(order["bundle"]) as archive:
            contents = get_contents_from_bundle(archive)
        with override_user(user):
            ImportAssetsCommand(contents).run()
    print("\n" + json.dumps({"created": created}))


main()
