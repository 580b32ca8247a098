using System.Collections.Immutable;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;
using Orchestrator.Engine;

namespace Orchestrator.Testing;

/// <summary>Samples of every message that may come to a saga, except its deadlines.</summary>
static class SampleMessages
{
    /// <summary>When the saga begins, in UTC.</summary>
    public static readonly DateTimeOffset Begin = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The samples.</summary>
    /// <param name="saga">The saga.</param>
    /// <param name="start">The message that starts it.</param>
    /// <param name="given">Messages to use instead of generated samples of their types.</param>
    public static IEnumerable<ISagaMessage> Of<TData>(StepSaga<TData> saga, ISagaMessage start, IReadOnlyList<ISagaMessage> given)
        where TData : SagaData
    {
        var known = given.Prepend(start).ToLookup(message => message.GetType());
        return saga.Messages
            .Where(type => type != typeof(DeadlineReached))
            .SelectMany(type => known.Contains(type) ? known[type] : Variants(saga, type, start.SagaId));
    }

    // An operator's commands may name every step, and every resolution.
    static IEnumerable<ISagaMessage> Variants<TData>(StepSaga<TData> saga, Type type, Guid id)
        where TData : SagaData
    {
        if (type.GetConstructors() is not [var constructor])
        {
            throw new SagaTestException(
                $"{saga.Kind}: a sample of {type.Name} can't be made, because the type must have one constructor; give a sample of it");
        }

        IEnumerable<ImmutableList<object?>> all = [[]];
        foreach (var parameter in constructor.GetParameters())
        {
            var values = Values(saga, parameter.ParameterType, parameter.Name!, id).ToList();
            all = [.. all.SelectMany(before => values.Select(before.Add))];
        }

        return all.Select(values => (ISagaMessage)constructor.Invoke([.. values]));
    }

    static IEnumerable<object?> Values<TData>(StepSaga<TData> saga, Type type, string name, Guid id)
        where TData : SagaData
    {
        if (name is nameof(IStepMessage.Epoch) or nameof(IStepInquiry.Attempt))
            return [1];
        if (name == nameof(IStepInquiry.Step))
            return saga.Table.Steps.Select(step => step.Name);
        if (type == typeof(DateTimeOffset))
            return [Begin.AddHours(1)];
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object?>();
        return [Nullable.GetUnderlyingType(type) is null ? MessageSample.Of(type, id) : null];
    }
}
