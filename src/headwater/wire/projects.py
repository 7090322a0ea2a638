"""`/v3/projects`: one string is a project's id, slug and name, because clients read one or the other."""

from headwater.wire.base import Input, PageQuery, Reply, Success


class ListProjectsQuery(PageQuery, frozen=True, kw_only=True):
    pass


class ProjectQuery(Input, frozen=True, kw_only=True):
    project: str | None = None


class CreateProjectInput(Input, frozen=True, kw_only=True):
    name: str | None = None
    description: str = ""
    create_default_environments: bool = True


class UpdateProjectInput(Input, frozen=True, kw_only=True):
    project: str | None = None
    name: str | None = None
    description: str | None = None


class Project(Reply, frozen=True, kw_only=True):
    id: str
    slug: str
    name: str
    description: str
    created_at: str


class ProjectReply(Success, frozen=True, kw_only=True):
    project: Project


class ProjectsReply(Success, frozen=True, kw_only=True):
    page: int
    projects: list[Project]
