using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Contracts.Operations;
using Orchestrator.Journal;
using Orchestrator.Journal.Holds;

namespace Orchestrator.Worker.Operations;

/// <summary>The commands by which an operator steers: one saga, or one step of all sagas of a kind.</summary>
static class OperatorCommandLine
{
    const string ExitCodes = """


        Needs ConnectionStrings__Postgres and ConnectionStrings__RabbitMQ. Exit code: 0 it is done, 3 it was refused or nobody answered,
        2 usage or settings, 1 anything else.
        """;

    static readonly Option<Guid> Saga = new("--saga") { Description = "The saga's id; an order's saga has the order's", Required = true, CustomParser = result => WorkerCommand.Ids(result).FirstOrDefault() };
    static readonly Option<long?> Version = new("--if-version") { Description = "Only if the saga is still at this version" };
    static readonly Option<string> Kind = new("--kind") { Description = "The kind of saga, like order-fulfilment", Required = true };
    static readonly Option<string> Step = new("--step") { Description = "The step's name", Required = true };
    static readonly Option<StepResolution> As = Among(new Option<StepResolution>("--as") { Description = "What became of the step", Required = true }, Enum.GetNames<StepResolution>());
    static readonly Option<string> Evidence = new("--evidence") { Description = "How you know: a statement's line, a ticket, a call", Required = true };
    static readonly Option<DateTimeOffset> At = new("--at") { Description = "When, like 2026-11-30T08:00:00Z; at once when it has passed", Required = true, CustomParser = Time };
    static readonly Option<double?> PerSecond = new("--per-second") { Description = "How many of the waiting sagas go on in a second; all at once without" };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Command> All { get; } =
    [
        ToSaga("resume", "Tries again what a suspended saga gave up; its attempts count anew.", [], (parsed, saga, version, actor, note) => new ResumeSaga(saga, version, actor, note)),
        ToSaga("compensate", "Turns a saga back, and undoes what it did.", [], (parsed, saga, version, actor, note) => new CompensateSaga(saga, version, actor, note)),
        ToSaga(
            "resolve", "Takes your word for what became of a step whose answer a saga waits for.", [Step, As, Evidence],
            (parsed, saga, version, actor, note) => new ResolveStep(saga, version, parsed.GetValue(Step)!, parsed.GetValue(As), parsed.GetValue(Evidence)!, actor, note)),
        ToSaga(
            "reschedule", "Lets a saga act at another time than its own, if nothing arrives before.", [At],
            (parsed, saga, version, actor, note) => new RescheduleDeadline(saga, version, parsed.GetValue(At), actor, note)),
        Of("hold", "Stops one step of all sagas of a kind, with its undo and its time limits; 'intake' stops new sagas before their first step.", [Kind, Step], (parsed, sender, stop) =>
            sender.Send(new HoldStep(parsed.GetValue(Kind)!, parsed.GetValue(Step)!, parsed.GetValue(WorkerCommand.Actor)!, parsed.GetValue(WorkerCommand.Note)!), stop)),
        Of("release", "Lets a held step go on.", [Kind, Step, PerSecond], (parsed, sender, stop) =>
            sender.Send(new ReleaseStep(parsed.GetValue(Kind)!, parsed.GetValue(Step)!, parsed.GetValue(PerSecond), parsed.GetValue(WorkerCommand.Actor)!, parsed.GetValue(WorkerCommand.Note)!), stop)),
    ];

    static Command ToSaga(string name, string description, Option[] options, Func<ParseResult, Guid, long?, string, string, IOperatorCommand> make) => Of(
        name, description, [Saga, Version, .. options],
        (parsed, sender, stop) => sender.Send(make(parsed, parsed.GetValue(Saga), parsed.GetValue(Version), parsed.GetValue(WorkerCommand.Actor)!, parsed.GetValue(WorkerCommand.Note)!), stop));

    static Command Of(string name, string description, IEnumerable<Option> options, Func<ParseResult, OperatorCommandSender, CancellationToken, Task> send)
    {
        var command = new Command(name, description + ExitCodes);
        foreach (var option in options.Concat([WorkerCommand.Actor, WorkerCommand.Note]))
            command.Options.Add(option);
        command.SetAction(async (parsed, stop) =>
        {
            var settings = WorkerCommand.Settings();
            await using var database = await WorkerCommand.Database(settings, stop);
            // Nothing of it is started: the sagas are asked for their tables only.
            await using var provider = new ServiceCollection().AddOrchestrator(_ => database).AddMassTransit(bus => bus.AddSagas()).BuildServiceProvider();
            try
            {
                await send(parsed, new OperatorCommandSender(settings.RabbitMq, database, provider.GetServices<ISagaKind>(), provider.GetRequiredService<HoldStore>()), stop);
            }
            catch (OperatorCommandException e)
            {
                return WorkerCommand.Say(command, e.ExitCode, $"{e.Message}.");
            }

            Console.WriteLine("done");
            return WorkerCommand.Done;
        });
        return command;
    }

    static Option<T> Among<T>(Option<T> option, string[] values)
    {
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    static DateTimeOffset Time(ArgumentResult result)
    {
        if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        result.AddError($"--at is '{result.Tokens[0].Value}'; it is a time in UTC, written like 2026-11-30T08:00:00Z");
        return default;
    }
}
