using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Engine;

namespace Orchestrator.Journal;

/// <summary>A kind of saga whose rows are read and written by its definition.</summary>
public sealed class SagaKind<TData>(StepSaga<TData> definition) : ISagaKind
    where TData : SagaData
{
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
            // Whoever decides on it says so.
            return null;
        }
    }

    /// <summary>The instance that a row holds.</summary>
    public SagaState<TData> StateOf(SagaRow saga) =>
        new(saga.Id, saga.Version, Enum.Parse<Lifecycle>(saga.State), DataOf(saga));

    /// <summary>What an instance is written as.</summary>
    /// <param name="before">The row that it was loaded from; absent when a message starts it.</param>
    /// <param name="lifecycle">Where it stands in its life.</param>
    /// <param name="awaited">The names of the awaited steps.</param>
    /// <param name="data">What it keeps.</param>
    /// <param name="outgoing">What must be sent.</param>
    /// <param name="deadline">When it acts if nothing arrives.</param>
    /// <param name="remark">What a reader of the timeline should know.</param>
    public Decided Decided(
        SagaRow? before, Lifecycle lifecycle, string? awaited, TData data, IReadOnlyList<OutgoingEnvelope> outgoing, DateTimeOffset? deadline, string? remark) => new(
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
            // One that was refused at its start, or cancelled in advance, has no claim to its key.
            UniqueKey = definition.HasUniqueKey && before is null && data.Refused is null ? definition.BusinessKeyOf(data) : null,
        };

    static TData DataOf(SagaRow saga) => JsonSerializer.Deserialize<TData>(saga.Data, WireJson.Options)
        ?? throw new JsonException($"the data of {saga.Kind} {saga.Id} is null");
}
