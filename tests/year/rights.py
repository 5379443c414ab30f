"""Who has which right at this moment, by Odoo's own tables of users and groups; the add-on is not asked."""

from tests.year.world import ROLES, World

_ROLES = """
    SELECT users.login, users.active, member.gid FROM res_users users
      LEFT JOIN res_groups_users_rel member ON member.uid = users.id AND member.gid = ANY(%s)
     WHERE users.login = ANY(%s)
"""
_LENT = """
    SELECT to_id, from_id, role FROM ai_close_delegation
     WHERE state = 'accepted' AND current_date BETWEEN date_from AND date_to
"""


class Rights:
    """Roles, presence and delegations as they were before the act that is judged."""

    def __init__(self, world: World) -> None:
        """Read what there is."""
        self.world = world
        self.logins = {uid: login for login, uid in world.facts["users"].items()}
        self.roles: dict[str, set[str]] = {}
        self.away: set[str] = set()
        self.lending: dict[str, dict[str, set[str]]] = {}
        self.read()

    def now(self) -> tuple[dict[str, set[str]], set[str]]:
        """Return everybody's roles, and who is away, as they stand at this moment."""
        names = {group: role for role, group in self.world.facts["groups"].items()}
        roles: dict[str, set[str]] = {login: set() for login in ROLES}
        away = set()
        for row in self.world.rows(_ROLES, list(names), list(ROLES)):
            roles[row["login"]] |= {names[row["gid"]]} if row["gid"] else set()
            away |= set() if row["active"] else {row["login"]}
        return roles, away

    def read(self) -> None:
        """Remember how it stands, for the next act."""
        self.roles, self.away = self.now()
        self.lending = {}
        for row in self.world.rows(_LENT):
            giver, taker = self.logins.get(row["from_id"]), self.logins.get(row["to_id"])
            if giver and taker and not {giver, taker} & self.away:
                own = self.roles.get(giver, set()) - {"auditor"}
                lent = own if row["role"] == "all" else own & {row["role"]}
                self.lending.setdefault(taker, {}).setdefault(giver, set()).update(lent)

    def lent(self, login: str) -> dict[str, set[str]]:
        """Return whose roles this person has besides the own ones: absent person -> roles."""
        return self.lending.get(login, {})

    def own(self, login: str | None) -> set[str]:
        """Return the roles that this person has himself, none who is away."""
        return set() if login in self.away else self.roles.get(login or "", set())

    def of(self, login: str | None) -> set[str]:
        """Return every role that counts for this person."""
        return set() if login in self.away else self.own(login).union(*self.lent(login or "").values())

    def who(self, *roles: str) -> list[str]:
        """Return the people who are there and have one of these roles themselves."""
        return [login for login in self.roles if self.own(login) & set(roles)]
