"""A region's place in Wagtail: its collection, its two groups and their rights, its approval step."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from raumwerk.web.pages.models import RegionPage
from raumwerk.web.people.groups import group_name
from raumwerk.web.people.models import Role
from raumwerk.web.regions.models import Region

__all__ = ["collection_of", "furnish_region", "remove_default_groups"]

PAGE_RIGHTS = {
    Role.EDITOR: ("add_page", "change_page"),
    Role.OFFICE: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"),
}
FILE_RIGHTS = ("add", "change", "choose")
# Rights to files hang on Wagtail's own models, whatever models of ours hold the files.
FILE_MODELS = (("wagtaildocs", "document"), ("wagtailimages", "image"))


def collection_of(region: Region) -> Collection:
    """Return the region's collection of pictures and documents, made when missing."""
    root = Collection.get_first_root_node()
    found = root.get_children().filter(name=region.slug).first()
    return found or root.add_child(name=region.slug)


def furnish_region(region: Region) -> None:
    """Give the region's editors and office their rights: below its own pages, in its own collection, nowhere else."""
    collection = collection_of(region)
    homes = list(RegionPage.objects.filter(region=region))
    for role, rights in PAGE_RIGHTS.items():
        group, _made = Group.objects.get_or_create(name=group_name(region.slug, role))
        group.permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
        for home in homes:
            for codename in rights:
                GroupPagePermission.objects.get_or_create(group=group, page=home, permission=_page_permission(codename))
        for permission in _file_permissions():
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
    _approval(region, homes)


def _approval(region: Region, homes: list[RegionPage]) -> None:
    """What editors submit, the region's own office approves."""
    name = f"{region.slug}: Freigabe"
    workflow, _made = Workflow.objects.get_or_create(name=name)
    task = GroupApprovalTask.objects.filter(name=name).first() or GroupApprovalTask.objects.create(name=name)
    task.groups.set(Group.objects.filter(name=group_name(region.slug, Role.OFFICE)))
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    for home in homes:
        WorkflowPage.objects.get_or_create(page=Page.objects.get(pk=home.pk), defaults={"workflow": workflow})


def _page_permission(codename: str) -> Permission:
    return Permission.objects.get(codename=codename, content_type__app_label="wagtailcore", content_type__model="page")


def _file_permissions() -> list[Permission]:
    return [
        Permission.objects.get(content_type__app_label=app, codename=f"{right}_{model}")
        for app, model in FILE_MODELS
        for right in FILE_RIGHTS
    ]


def remove_default_groups() -> None:
    """Wagtail's own groups may edit everything everywhere; nobody is in them, and nobody shall be."""
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()
