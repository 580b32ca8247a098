using System.Data.Common;
using Orchestrator.Storage;

namespace Orchestrator.Services.Rides;

/// <summary>One act of a participant on one ride, in the transaction that does or undoes it.</summary>
/// <remarks>
/// The key (ride, act, epoch) has one answer: what is stored answers whoever asks again. Both ways lock the row first, so a
/// do and its undo follow one another, whichever comes first.
/// </remarks>
/// <param name="sql">The transaction.</param>
/// <param name="table">One of <see cref="ActTables"/>.</param>
/// <param name="now">When it happens, in UTC.</param>
/// <param name="rideId">The ride.</param>
/// <param name="act">The command's name.</param>
/// <param name="epoch">The command's epoch.</param>
sealed class ActRow(Sql sql, string table, DateTimeOffset now, Guid rideId, string act, int epoch)
{
    /// <summary>What became of the act.</summary>
    /// <param name="Status">Whether it is done.</param>
    /// <param name="Said">A refusal's reason, or what a success gave.</param>
    public sealed record Outcome(ActStatus Status, string? Said)
    {
        public static Outcome Done(string? said = null) => new(ActStatus.Done, said);

        public static Outcome Refused(string reason) => new(ActStatus.Refused, reason);
    }

    (string, object?)[] Key => [("ride", rideId), ("act", act), ("epoch", epoch)];

    /// <summary>Does the act, unless it has an outcome already.</summary>
    /// <param name="decide">What becomes of it when it comes for the first time.</param>
    public async Task<Outcome> Do(Func<Task<Outcome>> decide)
    {
        if (await Lock() is { } known)
            return known;
        var outcome = await decide();
        await Set(outcome);
        return outcome;
    }

    /// <summary>Undoes the act of this epoch and of earlier ones; one that comes later is not done. What was refused stays refused.</summary>
    public async Task Undo()
    {
        var known = await Lock();
        if (known?.Status != ActStatus.Refused)
            await Set(new Outcome(ActStatus.Undone, known?.Said));
        // A success that came after its undo is undone under the next epoch.
        await sql.Execute(
            $"UPDATE {table} SET status = @status, at = @now WHERE ride_id = @ride AND act = @act AND epoch < @epoch AND status = @done",
            [.. Key, ("status", ActStatus.Undone.ToString()), ("done", ActStatus.Done.ToString()), ("now", now)]);
    }

    // DO NOTHING would not wait for, nor see, a row that another transaction has not committed yet.
    Task<Outcome?> Lock() => sql.First(
        $"""
         INSERT INTO {table} (ride_id, act, epoch, at) VALUES (@ride, @act, @epoch, @now)
         ON CONFLICT (ride_id, act, epoch) DO UPDATE SET status = {table}.status
         RETURNING status, said
         """,
        row => row.IsDBNull(0) ? null : new Outcome(Enum.Parse<ActStatus>(row.GetString(0)), Text(row, 1)),
        [.. Key, ("now", now)]);

    Task<int> Set(Outcome outcome) => sql.Execute(
        $"UPDATE {table} SET status = @status, said = @said, at = @now WHERE ride_id = @ride AND act = @act AND epoch = @epoch",
        [.. Key, ("status", outcome.Status.ToString()), ("said", outcome.Said), ("now", now)]);

    static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
