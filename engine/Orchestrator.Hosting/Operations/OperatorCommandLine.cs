using System.CommandLine;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal;
using Orchestrator.Storage;

namespace Orchestrator.Hosting.Operations;

/// <summary>The commands with which an operator controls sagas, or one step of all sagas of a kind.</summary>
/// <param name="addSagas">Adds the sagas of the application.</param>
public sealed class OperatorCommandLine(Action<IBusRegistrationConfigurator> addSagas)
{
    const string Servers = "\n\nNeeds ConnectionStrings__Postgres and ConnectionStrings__RabbitMQ. Exit code: 0 done, 3 ";
    const string OtherExitCodes = "2 wrong usage or settings, 1 anything else.";

    static readonly Option<long?> Version = new("--if-version") { Description = "Only if the saga is still at this version" };
    static readonly Option<string> Kind = new("--kind") { Description = "The kind of saga; 'sagas' lists the kinds", Required = true };
    static readonly Option<string> Step = new("--step") { Description = "The step's name", Required = true };
    static readonly Option<StepResolution> As = Among(
        new Option<StepResolution>("--as") { Description = "The outcome of the step", Required = true }, Enum.GetNames<StepResolution>());
    static readonly Option<string> Evidence = new("--evidence")
    {
        Description = "How you know it: a line of a statement, a ticket, a phone call",
        Required = true,
    };
    static readonly Option<DateTimeOffset?> At = CommandOptions.Time(
        "--at", "The new deadline, like 2026-11-30T08:00:00Z; the saga acts at once when it has passed", required: true);
    static readonly Option<double?> PerSecond = new("--per-second")
    {
        Description = "How many of the waiting sagas continue in a second; without it all continue at once",
    };

    /// <summary>All commands.</summary>
    public IReadOnlyList<Command> All() =>
    [
        ToSagas(
            "cancel", "Cancels sagas as their users can: what was attempted is undone. It is refused when the pivot has been sent.",
            Cancel),
        ToSagas(
            "resume", "Lets suspended sagas try their step again, with a new count of attempts.",
            (parsed, saga, version, actor, note) => new ResumeSaga(saga.Id, version, actor, note), Version),
        ToSagas(
            "compensate", "Turns sagas back: their attempted steps are undone.",
            (parsed, saga, version, actor, note) => new CompensateSaga(saga.Id, version, actor, note), Version),
        ToSagas(
            "resolve",
            "Records the outcome that you know of a step whose answer sagas wait for. --where chooses among the sagas that wait "
            + "at this step.",
            (parsed, saga, version, actor, note) => new ResolveStep(
                saga.Id, version, parsed.GetValue(Step)!, parsed.GetValue(As), parsed.GetValue(Evidence)!, actor, note),
            Version, Step, As, Evidence),
        ToSagas(
            "retry",
            "Tries a step again that was refused after the pivot, with a new idempotency key. --where chooses among the sagas that wait "
            + "at this step.",
            (parsed, saga, version, actor, note) =>
                new RetryStep(saga.Id, version, parsed.GetValue(Step)!, parsed.GetValue(Evidence)!, actor, note),
            Version, Step, Evidence),
        ToSagas(
            "reschedule", "Changes the deadline of sagas, the time at which they act if nothing arrives before.",
            (parsed, saga, version, actor, note) =>
                new RescheduleDeadline(saga.Id, version, parsed.GetValue(At)!.Value, actor, note), Version, At),
        ToStep(
            "hold", "Stops one step of all sagas of a kind, with its undo and its time limits; 'intake' stops new sagas before "
                + "their first step.",
            (parsed, actor, note, sender, stop) =>
                sender.Send(new HoldStep(parsed.GetValue(Kind)!, parsed.GetValue(Step)!, actor, note), stop)),
        ToStep(
            "release", "Releases a held step.",
            (parsed, actor, note, sender, stop) => sender.Send(
                new ReleaseStep(parsed.GetValue(Kind)!, parsed.GetValue(Step)!, parsed.GetValue(PerSecond), actor, note), stop),
            PerSecond),
    ];

    static ISagaMessage Cancel(ParseResult parsed, FoundSaga saga, long? version, string actor, string note) =>
        Cancellations.Of(saga.Kind, saga.Id, actor, note)
        ?? throw new UsageException($"{saga} is a saga of the kind {saga.Kind.Name}, which has no cancellation; use compensate");

    Command ToSagas(
        string name, string description, Func<ParseResult, FoundSaga, long?, string, string, ISagaMessage> make, params Option[] options)
    {
        var command = new Command(
            name, $"{description}{Servers}some refused or did not answer,\n4 those that match were listed and nothing was sent, "
                + $"{OtherExitCodes}");
        foreach (var option in options)
            command.Options.Add(option);
        var which = new WhichSagas(options.Contains(Step) ? Step : null);
        which.AddTo(command);
        command.Validators.Add(asked =>
        {
            if (asked.GetResult(Version) is { Implicit: false } && !WhichSagas.IsNamed(asked))
                asked.AddError("--if-version needs a named saga; with a filter each saga must still be at the version that was found");
        });
        return Of(command, async (parsed, services, stop) =>
        {
            var kinds = WhichSagas.KindsOf(parsed, [.. services.GetServices<ISagaKind>()]);
            var (actor, note) = (parsed.GetValue(CommandOptions.Actor)!, parsed.GetValue(CommandOptions.Note)!);
            var finder = new SagaFinder(services.GetRequiredService<Database>(), kinds, services.GetRequiredService<Patience>());
            var steering = new Steering(
                command, finder, services.GetRequiredService<OperatorCommandSender>(), (saga, version) =>
                    make(parsed, saga, version, actor, note));
            return WhichSagas.NamesOf(parsed) is { Count: > 0 } names
                ? await steering.Named(names, options.Contains(Version) ? parsed.GetValue(Version) : null, stop)
                : await steering.Matching(which.FilterOf(parsed, kinds), WhichSagas.IsMeant(parsed), stop);
        });
    }

    Command ToStep(
        string name, string description, Func<ParseResult, string, string, OperatorCommandSender, CancellationToken, Task> send,
        params Option[] options)
    {
        var command = new Command(name, $"{description}{Servers}it was refused or not answered,\n{OtherExitCodes}");
        foreach (var option in options.Prepend(Step).Prepend(Kind))
            command.Options.Add(option);
        return Of(command, async (parsed, services, stop) =>
        {
            var (actor, note) = (parsed.GetValue(CommandOptions.Actor)!, parsed.GetValue(CommandOptions.Note)!);
            await send(parsed, actor, note, services.GetRequiredService<OperatorCommandSender>(), stop);
            Console.WriteLine("done");
            return ExitCode.Done;
        });
    }

    Command Of(Command command, Func<ParseResult, IServiceProvider, CancellationToken, Task<int>> act)
    {
        command.Options.Add(CommandOptions.Actor);
        command.Options.Add(CommandOptions.Note);
        command.SetAction(async (parsed, stop) =>
        {
            var settings = ServerCommand.Settings();
            await using var database = await ServerCommand.Database(settings, stop);
            // Nothing of it is started. Only the tables of the sagas are read.
            await using var provider = new ServiceCollection()
                .AddOrchestrator(_ => database).AddMassTransit(addSagas)
                .AddSingleton<Database>(database).AddSingleton(settings.RabbitMq)
                .AddSingleton(new Patience(database.Time)).AddSingleton<OperatorCommandSender>()
                .BuildServiceProvider();
            try
            {
                return await act(parsed, provider, stop);
            }
            catch (OperatorCommandException e)
            {
                return CommandProgram.Say(command, e.ExitCode, $"{e.Message}.");
            }
        });
        return command;
    }

    static Option<T> Among<T>(Option<T> option, string[] values)
    {
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
