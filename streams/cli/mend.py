"""`firstbell mend`."""

import click
from confluent_kafka.admin import AdminClient

from streams.cli.options import with_settings
from streams.cli.topics import require
from streams.kafka.admin import topics_of
from streams.rebuild.run import refuse_where_somebody_works
from streams.settings import Settings
from streams.topology import clients
from streams.topology.mending import mend as run
from streams.topology.plan import plan_of


@click.command()
@click.option(
    "--abort-forgotten",
    is_flag=True,
    help="Abort what Kafka has forgotten the end of, too; then run: firstbell rebuild",
)
@with_settings
def mend(settings: Settings, *, abort_forgotten: bool) -> None:
    """End what hangs of the workers' transactions, as Kafka had decided.

    A worker does it when it takes a partition, where it is allowed to alter the cluster. Where it is not, stop all
    workers and run this as a user who is.

    \b
    firstbell mend
    firstbell mend --abort-forgotten && firstbell rebuild
    """  # noqa: D301 - click reads the \b
    require(settings)
    plan = plan_of(settings, topics_of(settings))
    refuse_where_somebody_works(AdminClient(clients.common(plan)), plan)
    ended = run(plan, abort_forgotten=abort_forgotten)
    for (topic, partition), *_, start in ended:
        click.echo(f"{topic}-{partition} from {start}")
    click.echo(f"{len(ended)} ended." if ended else "Nothing hangs.")
