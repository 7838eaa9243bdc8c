"""Whether a file or a case is meant for the server at hand."""

from pymongo.errors import OperationFailure

SCHEMA_MAJOR, SCHEMA_MINOR = 1, 28


class Deployment:
    """Version, topology and parameters, as the server states them."""

    def __init__(self, client):
        hello = client.admin.command("hello")
        self.version = _numbers(client.admin.command("buildInfo")["version"])
        self.topology = (
            "replicaset"
            if "setName" in hello
            else "sharded" if hello.get("msg") == "isdbgrid" else "single"
        )
        self.client = client

    def parameter(self, name):
        """Its value; None where the server has no such parameter."""
        try:
            return self.client.admin.command("getParameter", 1, **{name: 1}).get(name)
        except OperationFailure:
            return None

    def __str__(self):
        return f"{self.topology}, version {'.'.join(map(str, self.version))}"


def _numbers(version):
    parts = [int(p) for p in version.split("-")[0].split(".")]
    return tuple((parts + [0, 0, 0])[:3])


def _unmet(requirement, deployment):
    """Why one requirement is not met, or None."""
    if "minServerVersion" in requirement and deployment.version < _numbers(
        requirement["minServerVersion"]
    ):
        return "for later server versions"
    if "maxServerVersion" in requirement and deployment.version > _numbers(
        requirement["maxServerVersion"]
    ):
        return "for earlier server versions"
    if deployment.topology not in requirement.get("topologies", [deployment.topology]):
        return "for other topologies"
    if requirement.get("serverless") == "require":
        return "for other topologies"
    if requirement.get("auth") is True or requirement.get("authMechanism"):
        return "for servers with authentication"
    if requirement.get("csfle"):
        return "for client-side encryption"
    for name, value in requirement.get("serverParameters", {}).items():
        if deployment.parameter(name) != value:
            return "for other server parameters"
    return None


def why_not(specification, deployment):
    """Why no requirement of a file or case is met; None when it shall run."""
    reasons = [_unmet(r, deployment) for r in specification.get("runOnRequirements", [])]
    return None if not reasons or None in reasons else reasons[0]


def schema_is_known(version):
    major, minor = (int(p) for p in version.split(".")[:2])
    return (major, minor) <= (SCHEMA_MAJOR, SCHEMA_MINOR) and major == SCHEMA_MAJOR
