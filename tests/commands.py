"""The commands that documents ask the reader to type, and what runs each.

Not of concern here: blocks that ask a running platform, which are walked through
(tests/e2e/test_walkthroughs.py), and what a runbook has one check, repair
(tests/e2e/test_runbooks.py) or do to the whole platform (tests/runbook_commands.py).

Each entry is a regular expression for a whole command. Of `make`, that is the target,
whatever variables it is given.
"""

import re

MAKE = re.compile(
    r"(?:\w+=\S+ )*make((?: [a-z][a-z-]*)+)(?: [A-Z_]+=(?:\"[^\"]*\"|<[^>]*>|\S+))*"
)

# A test, which may call what the command calls, or a line of a script that CI runs.
TESTED = {
    "make help": "tests/e2e/test_make.py::test_help_lists_all_targets",
    "make stores-down": ".ci/run::make stores-down",
    "make (stores|down|clean)": "tests/e2e/test_make.py"
    "::test_started_stores_can_be_stopped_and_deleted",
    "make (status|sql)": "tests/e2e/test_runbooks.py::test_check_prints_something",
    "make doctor": "tools/local/tests/test_doctor.py"
    "::test_every_finding_is_one_line_with_advice",
    "make rescue": "user-service/tests/integration/test_rescue.py"
    "::test_rescued_administrator_can_log_in",
    "make dlq": "tests/e2e/test_dead_letters.py"
    "::test_unreadable_message_is_dead_lettered_and_replayed",
    "make demo": "tests/e2e/test_demo.py::test_second_run_reports_no_changes",
    "make trace": "tests/e2e/test_story.py"
    "::test_order_is_followed_from_gateway_through_all_services",
    "make (backup|restore)": "tests/faults/test_backup.py"
    "::test_restored_platform_has_its_data_and_continues",
    "make dev": "tests/e2e/test_dev.py::test_changed_file_restarts_service",
    "make hooks": "tests/contract/test_hooks.py::test_make_hooks_installs_every_hook",
    "make drift": "tests/contract/test_contracts.py::test_contracts_are_up_to_date",
    "make bench": "tests/e2e/test_bench.py"
    "::test_order_costs_the_services_that_carry_it_out",
    "make faults": "tests/faults/test_random_faults.py"
    "::test_random_faults_lose_nothing",
    "make drill(-(hint|check|stop))?": "tests/drills/test_commands.py"
    "::test_drill_is_answered_and_mended",
    "make contracts": "tests/contract/test_contracts.py::test_contracts_are_up_to_date",
    "make dashboards": "observability/tests/test_dashboards.py"
    "::test_dashboard_files_are_up_to_date",
    r"(\./)?(test-complete|test-api|verify-docs)\.sh": "tests/e2e/test_scripts.py"
    "::test_script_passes_on_running_platform",
    r"\. docs/runbooks/commands\.sh": "tests/e2e/test_runbooks.py"
    "::test_check_prints_something",
    "make format": "tests/e2e/test_make.py::test_format_fixes_style",
    r"cd order-service && .* pytest .*": "tests/contract/test_contributing.py"
    "::test_example_test_selection_is_not_empty",
    "make up": ".ci/run::make up",
    "make lint": ".ci/run::make lint",
    "make words": "tests/contract/test_words.py"
    "::test_only_tracked_files_are_counted_and_shown",
    "make storefront": "tools/storefront/tests/test_building.py"
    "::test_unchanged_sources_are_built_once",
    "make test(-(unit|platform|services|chassis|frontend|api-gateway"
    "|(user|product|order|notification)-service))?": ".ci/run::make test",
    r"(LOKI|JAEGER|ALLOY)=.* pytest tests/stack": "tests/stack/test_three_clicks.py"
    "::test_dot_of_panel_opens_trace_of_order",
    r"\.venv/bin/python -m pytest .*": ".ci/run::make test",
    r"tools/compose/up\.sh": ".ci/run::"
    'tools/compose/up.sh "${services[@]}" api-gateway',
    r"docker compose -f docker-compose\.yml -f docker-compose\.production\.yml up .*": (
        "tests/contract/test_published_ports.py::test_production_publishes_gateway_only"
    ),
    "docker compose up": "tools/compose/up.sh"
    '::docker compose up --detach --build --wait "${parts[@]}" || explain',
    r"docker compose (logs|run .* secrets cat /vault/[\w-]+)": ".github/workflows/"
    "ci.yml::- run: make test-runbooks MODE=docker LOSE=data",
    "make test-runbooks": ".ci/run::make test-runbooks LOSE=data",
}

UNTESTED = {
    r"(\./)?\.ci/run": "it is what runs the others",
    "make test-all": "it runs the tests",
    "make audit": "it asks PyPI, and what it finds changes from day to day",
    "make lock": "it asks PyPI, and what it writes changes from day to day",
    "git clone .*": "it is the reader's own copy",
}


def parts(command: str) -> list[str]:
    """Splits a `make` command into one for each target."""
    made = MAKE.fullmatch(command)
    return [f"make {target}" for target in made[1].split()] if made else [command]


def is_known(command: str) -> bool:
    known = (*TESTED, *UNTESTED)
    return all(
        any(re.fullmatch(pattern, part) for pattern in known) for part in parts(command)
    )
