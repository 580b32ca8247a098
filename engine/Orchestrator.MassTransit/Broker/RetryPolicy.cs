using MassTransit;
using MassTransit.RetryPolicies;

namespace Orchestrator.MassTransit.Broker;

/// <summary>
/// Tries a message that could not be handled a few times at once. It tries without limit while the broker can't be reached. The pauses grow
/// and have jitter, so that messages which failed together don't come back together.
/// </summary>
public sealed class RetryPolicy : IRetryPolicy
{
    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.Add("policy", "a few at once, with jitter");

    /// <inheritdoc />
    public bool IsHandled(Exception exception) =>
        exception is not OperationCanceledException && !Failure.IsFinal(exception) && Failure.Deferral(exception) is null;

    /// <inheritdoc />
    public RetryPolicyContext<T> CreatePolicyContext<T>(T context)
        where T : class, PipeContext => new Begun<T>(this, context);

    sealed class Begun<T>(RetryPolicy policy, T context) : BaseRetryPolicyContext<T>(policy, context)
        where T : class, PipeContext
    {
        protected override RetryContext<T> CreateRetryContext(Exception exception, CancellationToken cancellationToken) =>
            new Failed<T>(policy, Context, exception, 0, cancellationToken);
    }

    sealed class Failed<T>(RetryPolicy policy, T context, Exception exception, int retries, CancellationToken cancellationToken)
        : BaseRetryContext<T>(context, exception, retries, cancellationToken), RetryContext<T>
        where T : class, PipeContext
    {
        public override TimeSpan? Delay { get; } = Backoff.Pause(retries);

        public bool CanRetry(Exception exception, out RetryContext<T> retryContext)
        {
            retryContext = new Failed<T>(policy, Context, exception, RetryCount + 1, CancellationToken);
            return !CancellationToken.IsCancellationRequested
                && policy.IsHandled(exception)
                && (Failure.IsBrokerAway(exception) || RetryAttempt < Backoff.Few);
        }
    }
}
