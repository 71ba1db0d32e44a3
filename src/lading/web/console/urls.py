"""Addresses of the console."""

from __future__ import annotations

from django.urls import path

from lading.accounts import navigation
from lading.accounts.navigation import Place
from lading.web.console.views import codes, jobs, manifests, overview, plans, runs, standing
from lading.web.console.views import job_actions as on_job
from lading.web.console.views import run_actions as on_run
from lading.web.console.views import run_parts as parts

app_name = "console"

_RUN = "runs/<int:run_id>/"
_JOB = "jobs/<int:job_id>/"

urlpatterns = [
    path("", overview.page, name="overview"),
    path("overview/live", overview.live, name="overview-live"),
    path("overview/throughput", overview.throughput, name="overview-throughput"),
    path("overview/health", overview.health, name="overview-health"),
    path("runs/", runs.listed, name="runs"),
    path(_RUN, runs.page, name="run"),
    path(f"{_RUN}live", parts.live, name="run-live"),
    path(f"{_RUN}course", parts.course, name="run-course"),
    path(f"{_RUN}outcomes", parts.outcomes, name="run-outcomes"),
    path(f"{_RUN}deletions", parts.deletions, name="run-deletions"),
    path(f"{_RUN}log", parts.log, name="run-log"),
    path(f"{_RUN}manifest", manifests.signed, name="run-manifest"),
    path(f"{_RUN}manifest.csv", manifests.table, name="run-table"),
    path(f"{_RUN}pause", on_run.pause, name="run-pause"),
    path(f"{_RUN}resume", on_run.resume, name="run-resume"),
    path(f"{_RUN}stop", on_run.stop, name="run-stop"),
    path(f"{_RUN}retry", on_run.retry, name="run-retry"),
    path(f"{_RUN}approve", on_run.approve, name="run-approve"),
    path(f"{_RUN}reject", on_run.reject, name="run-reject"),
    path(f"{_RUN}restore", on_run.restore, name="run-restore"),
    path("jobs/", jobs.listed, name="jobs"),
    path("jobs/new", jobs.new, name="job-new"),
    path(_JOB, jobs.page, name="job"),
    path(f"{_JOB}edit", jobs.edit, name="job-edit"),
    path(f"{_JOB}standing", standing.edit, name="job-standing"),
    path(f"{_JOB}schedule/switch", standing.switch, name="job-schedule-switch"),
    path(f"{_JOB}schedule/remove", standing.remove, name="job-schedule-remove"),
    path(f"{_JOB}plan", plans.plan, name="job-plan"),
    path(f"{_JOB}run", on_job.run, name="job-run"),
    path(f"{_JOB}pause", on_job.pause, name="job-pause"),
    path(f"{_JOB}remove", on_job.remove, name="job-remove"),
    path("codes/<str:code>/", codes.page, name="code"),
]

navigation.add(Place(label="Overview", view="console:overview", order=10))
navigation.add(Place(label="Runs", view="console:runs", order=20))
navigation.add(Place(label="Jobs", view="console:jobs", order=30))
