using Orchestrator.Contracts;
using Orchestrator.MassTransit.Broker;
using Polly;
using Polly.Retry;

namespace Orchestrator.MassTransit.Endpoints;

/// <summary>Decides how often a message that could not be handled is tried again at once.</summary>
static class Retries
{
    /// <summary>
    /// On a broker: a few tries, and tries without limit while the broker can't be reached. Afterwards the message waits in a redelivery
    /// queue.
    /// </summary>
    public static ResiliencePipeline OnBroker(TimeProvider time) => Pipeline(time, (exception, retry) =>
        !Failure.IsFinal(exception) && Failure.Deferral(exception) is null && (retry < Backoff.Few || Failure.IsBrokerAway(exception)));

    /// <summary>Within one process: a few tries, because nothing delivers the message again.</summary>
    public static ResiliencePipeline InProcess(TimeProvider time) =>
        Pipeline(time, (exception, retry) => exception is not RejectedMessageException && retry < Backoff.Few);

    static ResiliencePipeline Pipeline(TimeProvider time, Func<Exception, int, bool> isTried) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = attempt => ValueTask.FromResult(
                attempt.Outcome.Exception is { } exception and not OperationCanceledException && isTried(exception, attempt.AttemptNumber)),
            DelayGenerator = attempt => ValueTask.FromResult<TimeSpan?>(Backoff.Pause(attempt.AttemptNumber)),
        })
        .Build();
}
