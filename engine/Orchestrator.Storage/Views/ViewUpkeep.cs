using System.Data.Common;
using Microsoft.Extensions.Logging;
using Orchestrator.Contracts;

namespace Orchestrator.Storage.Views;

/// <summary>
/// Brings views to this version's definitions. Sessions that read them, and views that are built on them, do not delay a host's start.
/// </summary>
/// <remarks>
/// A view that has not changed is not touched. A view that other objects are built on stays as it is, and the new definition is made beside
/// it under the next name. A view that a session reads, or whose values are not there yet, is replaced later. A view of a newer definition
/// is left alone, because an older replica may restart while newer ones run.
/// </remarks>
/// <param name="database">The database of the views.</param>
/// <param name="views">The views.</param>
/// <param name="logger">It is told what was made, and what could not be made.</param>
public sealed partial class ViewUpkeep(Database database, IReadOnlyList<StoredView> views, ILogger<ViewUpkeep> logger)
{
    const int TriesAtStart = 2;

    // New readers of a view wait up to this long while its replacement waits for the present readers.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan BetweenTriesAtStart = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(10);

    readonly ViewCatalogue _catalogue = ViewCatalogue.Of(database);
    readonly TaskCompletionSource<List<StoredView>> _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Brings the views to this version as far as no session is in the way. It takes some seconds at most while the database answers.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting for a database that is away.</param>
    public async Task Bring(CancellationToken cancellationToken = default)
    {
        var left = await Task.WhenAll(views.Select(async view => (View: view, Reason: await Bring(view, cancellationToken))));
        foreach (var (view, reason) in left)
        {
            if (reason is not null)
                LogLater(view.Name, reason);
        }

        _left.TrySetResult([.. left.Where(one => one.Reason is not null).Select(one => one.View)]);
    }

    /// <summary>Does the rest of the work of <see cref="Bring(CancellationToken)"/>; returns when nothing is left.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task BringTheRest(CancellationToken cancellationToken)
    {
        var left = await _left.Task.WaitAsync(cancellationToken);
        var warned = database.Time.GetTimestamp();
        for (var pause = FirstPause; left.Count > 0; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, database.Time, cancellationToken);
            var isTimeToWarn = database.Time.GetElapsedTime(warned) >= BetweenWarnings;
            foreach (var view in left.ToArray())
            {
                if (await Try(view, cancellationToken) is not { } reason)
                    left.Remove(view);
                else if (isTimeToWarn)
                    LogLater(view.Name, reason);
            }

            if (isTimeToWarn)
                warned = database.Time.GetTimestamp();
        }
    }

    /// <returns>Why the view is not of this version yet; null when it is.</returns>
    async Task<string?> Bring(StoredView view, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            if (await Try(view, cancellationToken) is not { } reason)
                return null;
            if (tries == TriesAtStart)
                return reason;
            await Task.Delay(BetweenTriesAtStart, database.Time, cancellationToken);
        }
    }

    async Task<string?> Try(StoredView view, CancellationToken cancellationToken)
    {
        try
        {
            if (view.Obstacle is { } ask && await database.Read(ask, cancellationToken) is { } obstacle)
                return obstacle;
            await BringOnce(view, cancellationToken);
            return null;
        }
        catch (LockedException e)
        {
            return e.Message;
        }
        // For example, something was built on the view after the look. No saga needs a view, so the host starts without it.
        catch (DbException e)
        {
            return Redacted.Reason(e);
        }
    }

    async Task BringOnce(StoredView view, CancellationToken cancellationToken)
    {
        string? obstacle = null;
        for (var number = 1; ; number++)
        {
            var name = view.NameOf(number);
            // Most of the time there is nothing to do. Finding that out needs no lock.
            var found = await database.Read(sql => _catalogue.Find(sql, view, name), cancellationToken);
            var next = Next(view, found);
            if (next is Step.Ask or Step.Create or Step.Mark or Step.Replace)
                next = await database.Change(sql => Take(sql, view, number), Patience, cancellationToken);
            if (next is not Step.Pass)
            {
                if (next is not Step.Leave)
                    LogMade(name);
                if (obstacle is not null)
                    LogBeside(view.Name, obstacle, name);
                return;
            }

            obstacle ??= Obstacle(found);
        }
    }

    /// <summary>Looks once more, now that no other replica can change the view, and does what is needed.</summary>
    async Task<Step> Take(Sql sql, StoredView view, int number)
    {
        var name = view.NameOf(number);
        await _catalogue.Lock(sql, name);
        var found = await _catalogue.Find(sql, view, name);
        var next = Next(view, found);
        if (next == Step.Ask)
            next = await _catalogue.IsSame(sql, view, name) ? Step.Mark : WithoutMark(found!);
        switch (next)
        {
            case Step.Create:
                await _catalogue.Create(sql, view, name);
                if (number > 1)
                    await _catalogue.CopyGrants(sql, view.Name, name);
                break;
            case Step.Mark:
                await _catalogue.Mark(sql, view, name);
                break;
            case Step.Replace:
                await _catalogue.Replace(sql, view, name);
                break;
        }

        return next;
    }

    static Step Next(StoredView view, FoundView? found) => found switch
    {
        null => Step.Create,
        { HasSameText: true } => Step.Leave,
        { Mark: { } mark } when mark == view.Mark || mark.Revision.IsNewerThan(view.Revision) => Step.Leave,
        { Stranger: not null } => Step.Pass,
        { Mark: null } => Step.Ask,
        { Mark.Hash: var hash } when hash == view.Mark.Hash => Step.Mark,
        _ => WithoutMark(found),
    };

    static Step WithoutMark(FoundView found) => found.Dependents.Count > 0 ? Step.Pass : Step.Replace;

    static string Obstacle(FoundView? found) => found switch
    {
        { Stranger: { } stranger } => $"what has this name {stranger}",
        { Dependents: [_, ..] dependents } => $"{string.Join(", ", dependents)} {(dependents.Count == 1 ? "is" : "are")} built on it",
        _ => "something was built on it just now",
    };

    enum Step
    {
        /// <summary>Nothing is to be done.</summary>
        Leave,

        /// <summary>This name can't be used.</summary>
        Pass,

        /// <summary>The view has no mark: its statement must be compared.</summary>
        Ask,

        /// <summary>The name is free.</summary>
        Create,

        /// <summary>The statement is the same; only the mark is another one.</summary>
        Mark,

        /// <summary>The view has changed.</summary>
        Replace,
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The view {View} is of this version now")]
    partial void LogMade(string view);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The view {View} can't be brought to this version yet: {Reason}; it is tried again every half minute, and the work goes on "
            + "meanwhile")]
    partial void LogLater(string view, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The view {View} stays as it is, because {Obstacle}. This version's view is {Used}. " +
        "To have it under its own name, remove what is in the way, restart a worker and drop {Used}")]
    partial void LogBeside(string view, string obstacle, string used);
}
