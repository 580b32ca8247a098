using Orchestrator.Hosting.Commands;

namespace Orchestrator.Hosting.Operations;

/// <summary>How long an operator's command waits for a server: somebody stands in front of it.</summary>
sealed class Patience(TimeProvider time)
{
    /// <summary>As long as that, each time.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Waits for a server.</summary>
    /// <param name="work">What it is asked for; it ends when its token does.</param>
    /// <param name="late">What is said when it takes too long.</param>
    /// <param name="cancellationToken">Ends the waiting before.</param>
    /// <exception cref="OperatorCommandException">It takes too long.</exception>
    public async Task<T> Wait<T>(
        Func<CancellationToken, Task<T>> work, Func<OperatorCommandException> late, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw late();
        }
    }

    /// <summary>What is said of a server that does not answer.</summary>
    public static OperatorCommandException Away(string server) =>
        new(FormattableString.Invariant($"{server} does not answer within {Limit.TotalSeconds} s; nothing more was sent"),
            ExitCode.Trouble);
}
