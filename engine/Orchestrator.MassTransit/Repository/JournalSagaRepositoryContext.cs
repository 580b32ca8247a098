using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;
using Orchestrator.Engine;

namespace Orchestrator.MassTransit.Repository;

/// <summary>One try at one message: hands the loaded instance to the state machine and remembers what it made of it.</summary>
sealed class JournalSagaRepositoryContext<TData, T>(ConsumeContext<T> context, StepSagaInstance<TData>? loaded, params object[] payloads)
    : ConsumeContextScope<T>(context, payloads), SagaRepositoryContext<StepSagaInstance<TData>, T>
    where TData : SagaData
    where T : class
{
    /// <summary>The instance that the message moved.</summary>
    public StepSagaInstance<TData>? Moved { get; private set; }

    public Task<SagaConsumeContext<StepSagaInstance<TData>, T>?> Load(Guid correlationId) =>
        Task.FromResult<SagaConsumeContext<StepSagaInstance<TData>, T>?>(loaded is null ? null : Consume(this, loaded));

    public Task<SagaConsumeContext<StepSagaInstance<TData>, T>> Add(StepSagaInstance<TData> instance) =>
        Task.FromResult<SagaConsumeContext<StepSagaInstance<TData>, T>>(Consume(this, instance));

    public Task<SagaConsumeContext<StepSagaInstance<TData>, T>?> Insert(StepSagaInstance<TData> instance) =>
        Task.FromResult<SagaConsumeContext<StepSagaInstance<TData>, T>?>(null);

    public Task Save(SagaConsumeContext<StepSagaInstance<TData>> context) => Update(context);

    public Task Update(SagaConsumeContext<StepSagaInstance<TData>> context)
    {
        Moved = context.Saga;
        return Task.CompletedTask;
    }

    // A saga's row outlives its end: it is what tells a late message from a new one.
    public Task Delete(SagaConsumeContext<StepSagaInstance<TData>> context) => Update(context);

    public Task Discard(SagaConsumeContext<StepSagaInstance<TData>> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<StepSagaInstance<TData>> context) => Task.CompletedTask;

    public Task<SagaConsumeContext<StepSagaInstance<TData>, TMessage>> CreateSagaConsumeContext<TMessage>(
        ConsumeContext<TMessage> consumeContext, StepSagaInstance<TData> instance, SagaConsumeContextMode mode)
        where TMessage : class => Task.FromResult<SagaConsumeContext<StepSagaInstance<TData>, TMessage>>(Consume(consumeContext, instance));

    static DefaultSagaConsumeContext<StepSagaInstance<TData>, TMessage> Consume<TMessage>(ConsumeContext<TMessage> context, StepSagaInstance<TData> instance)
        where TMessage : class => new(context, instance);
}
