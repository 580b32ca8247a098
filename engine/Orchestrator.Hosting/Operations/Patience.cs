using Orchestrator.Hosting.Commands;

namespace Orchestrator.Hosting.Operations;

/// <summary>Limits how long an operator's command waits for a server, because a person waits for the command.</summary>
sealed class Patience(TimeProvider time)
{
    /// <summary>The limit for each wait.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Waits for a server.</summary>
    /// <param name="work">The request. It must end when its token is cancelled.</param>
    /// <param name="late">Makes the error for a wait that is too long.</param>
    /// <param name="cancellationToken">Ends the waiting earlier.</param>
    /// <exception cref="OperatorCommandException">The server did not answer in time.</exception>
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

    /// <summary>The error for a server that does not answer.</summary>
    public static OperatorCommandException Away(string server) =>
        new(FormattableString.Invariant($"{server} does not answer within {Limit.TotalSeconds} s; nothing more was sent"),
            ExitCode.Trouble);
}
