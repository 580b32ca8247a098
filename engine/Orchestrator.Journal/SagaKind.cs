using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;
using Orchestrator.Journal.Telemetry;

namespace Orchestrator.Journal;

/// <summary>Decides a message: <see cref="Decider.Decide"/>, or in a simulator a function with a mistake.</summary>
public delegate Decision<TData> DecideMessage<TData>(
    StepSaga<TData> definition, SagaState<TData>? state, ISagaMessage message, Circumstances circumstances)
    where TData : SagaData;

/// <summary>A kind of saga whose rows are read and written by its definition.</summary>
/// <param name="definition">The saga's table.</param>
/// <param name="decide">Decides the messages; <see cref="Decider"/> when absent.</param>
public sealed class SagaKind<TData>(StepSaga<TData> definition, DecideMessage<TData>? decide = null) : ISagaKind
    where TData : SagaData
{
    readonly DecideMessage<TData> _decide = decide ?? Decider.Decide;
    readonly Dictionary<string, Type> _messages = definition.Messages.Concat(definition.Sends).Distinct().ToDictionary(type => type.Name);

    /// <inheritdoc />
    public string Name => definition.Kind;

    /// <inheritdoc />
    public int DefinitionVersion => definition.Version;

    /// <inheritdoc />
    public string Fingerprint { get; } = TableFingerprint.Of(definition);

    /// <inheritdoc />
    public IReadOnlyCollection<string> SendsTo { get; } =
        [.. definition.Sends.Select(type => type.GetCustomAttribute<SentToAttribute>()?.Queue).OfType<string>().Distinct()];

    /// <inheritdoc />
    public IReadOnlyCollection<Type> AnswersOf(string queue) =>
        [.. Sends.Where(type => type.GetCustomAttribute<SentToAttribute>()?.Queue == queue).SelectMany(definition.AnswersTo).Distinct()];

    /// <inheritdoc />
    public IReadOnlyCollection<Type> Receives { get; } = [.. definition.Messages];

    /// <inheritdoc />
    public IReadOnlyCollection<Type> Sends { get; } = [.. definition.Sends];

    /// <inheritdoc />
    public IReadOnlyCollection<string> Ends { get; } = [.. definition.EndEvents.Select(type => type.Name)];

    /// <inheritdoc />
    public bool IsStartedBy(Type message) => definition.Starts(message);

    /// <inheritdoc />
    public IReadOnlyList<SagaColumn> Columns => definition.Columns;

    /// <inheritdoc />
    public string Document() => SagaDocument.Write(definition);

    /// <inheritdoc />
    public IReadOnlyList<string> Steps { get; } = [.. definition.Table.Steps.Select(step => step.Name)];

    /// <inheritdoc />
    public IReadOnlyList<Circuit> Circuits { get; } = Circuit.Of(definition);

    /// <summary>The saga's table.</summary>
    public StepSaga<TData> Definition => definition;

    /// <inheritdoc />
    public Type MessageType(string name) => _messages.TryGetValue(name, out var type)
        ? type
        : throw new UnreachableException($"{name} is no message of {definition.Kind}");

    /// <inheritdoc />
    public SagaDecision Decide(Delivery delivery, Loaded loaded)
    {
        var (message, envelope, now) = (delivery.Message, delivery.Envelope, loaded.Now);
        if (loaded.Saga is null && Decider.AnswerWithoutSaga(definition, message, envelope.MessageId, envelope.SentAt, now) is { } answer)
        {
            var reason = ((OperatorCommandRefused)answer.Message).Reason;
            return new(
                SagaChange.Unrecorded([OutgoingEnvelope.Of(answer, envelope, now)]), null, $"{envelope.MessageType} is refused: {reason}");
        }

        var before = loaded.Saga is { } row ? StateOf(row) : null;
        var decision = _decide(definition, before, message, loaded.Circumstances);
        if (decision.IsNothing)
            return new(SagaChange.Unrecorded([]), null, decision.Warning);
        var change = Change(
            loaded.Saga, decision.State.Lifecycle, decision.Flow.AwaitedNames(definition.Table), decision.State.Data,
            [.. decision.Outgoing.Select(outgoing => OutgoingEnvelope.Of(outgoing, envelope, now))], decision.Deadline,
            decision.Remark) with
        { Answered = decision.Answered };
        var observed = new ObservedTransition(
            Name, message.SagaId, envelope, loaded.Saga, before?.Data, change, decision.State.Data, now,
            (message as DeadlineReached)?.Deadline);
        return new(change, observed, decision.Warning);
    }

    /// <inheritdoc />
    public bool IsAwaited(SagaRow saga, OutgoingEnvelope command) =>
        Decider.IsAwaited(DataOf(saga), command.Step!, command.Attempt, command.IsUndo);

    /// <inheritdoc />
    public string? RemovedStepOf(SagaRow saga)
    {
        try
        {
            return DataOf(saga).Steps
                .FirstOrDefault(step => step.Value.Status != StepStatus.Pending && !Steps.Contains(step.Key)).Key;
        }
        catch (JsonException)
        {
            // The decision about a message of the saga reports it.
            return null;
        }
    }

    /// <summary>The saga that a row holds.</summary>
    public SagaState<TData> StateOf(SagaRow saga) =>
        new(saga.Id, saga.Version, Enum.Parse<Lifecycle>(saga.State), DataOf(saga));

    SagaChange Change(
        SagaRow? before, Lifecycle lifecycle, string? awaited, TData data, IReadOnlyList<OutgoingEnvelope> outgoing,
        DateTimeOffset? deadline, string? remark) => new(
        definition.BusinessKeyOf(data),
        lifecycle.ToString(),
        awaited,
        lifecycle is Lifecycle.Completed or Lifecycle.Cancelled,
        before is null ? null : FlowState.Name(before.State, before.Step),
        FlowState.Name(lifecycle.ToString(), awaited),
        JsonSerializer.Serialize(data, WireJson.Options),
        outgoing,
        deadline,
        remark)
        {
            // A saga that was refused at its start, or cancelled in advance, does not take its key.
            UniqueKey = definition.HasUniqueKey && before is null && data.Refused is null ? definition.BusinessKeyOf(data) : null,
        };

    static TData DataOf(SagaRow saga) => JsonSerializer.Deserialize<TData>(saga.Data, WireJson.Options)
        ?? throw new JsonException($"the data of {saga.Kind} {saga.Id} is null");
}
