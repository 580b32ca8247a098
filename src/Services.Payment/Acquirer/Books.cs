using System.Data.Common;
using Orchestrator.Contracts;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>Stores the acquirer's books as rows, for many holds at once.</summary>
sealed class Books(Database database)
{
    const string HoldColumns = "idempotency_key, order_id, customer_id, currency, amount_minor, status, reference, reason";
    const string CaptureColumns = "idempotency_key, hold_reference, currency, amount_minor, status, reference, reason";

    static readonly JsonRows Holds = new(
        ("idempotency_key", "uuid"), ("order_id", "uuid"), ("customer_id", "text"), ("currency", "text"), ("amount_minor", "bigint"),
        ("status", "text"), ("reference", "text"),
        ("reason", "text"));

    static readonly JsonRows Captures = new(
        ("idempotency_key", "uuid"), ("hold_reference", "text"), ("currency", "text"), ("amount_minor", "bigint"), ("status", "text"),
        ("reference", "text"), ("reason", "text"));

    static readonly JsonRows Statuses = new(("idempotency_key", "uuid"), ("status", "text"));

    /// <summary>Loads and locks holds and their captures. A hold may not exist yet.</summary>
    public async Task<IReadOnlyList<BookEntry>> Load(Sql sql, IReadOnlyList<BookPlace> places)
    {
        // The holds are locked first. So the second of two captures, or of a capture and a void, sees what the first did.
        var holds = await FindHolds(
            sql, [.. places.Where(place => place.HoldKey is not null).Select(place => place.HoldKey!.Value)],
            [.. places.Where(place => place.HoldKey is null).Select(place => place.HoldReference)], database.ForUpdate);
        var captures = await FindCaptures(
            sql, [.. places.Where(place => place.CaptureKey is not null).Select(place => place.CaptureKey!.Value)]);
        var byKey = holds.ToDictionary(hold => hold.Key);
        var byReference = holds.Where(hold => hold.Reference is not null).ToDictionary(hold => hold.Reference!);
        return [.. places.Select(place =>
        {
            var entry = new BookEntry();
            if ((place.HoldKey is { } key ? byKey.GetValueOrDefault(key) : byReference.GetValueOrDefault(place.HoldReference)) is { } hold)
                entry.WasStored(hold);
            if (place.CaptureKey is { } captureKey && captures.Find(capture => capture.Key == captureKey) is { } capture)
                entry.WasStored(capture);
            return entry;
        })];
    }

    /// <summary>Says which places name a hold that another session has locked. This locks the holds of the other places.</summary>
    public static async Task<IReadOnlyList<bool>> AreLocked(Sql sql, IReadOnlyList<BookPlace> places)
    {
        var keys = await sql.Locked("acquirer_hold", "idempotency_key", places.Select(place => place.HoldKey).OfType<Guid>().ToArray());
        var references = await sql.Locked(
            "acquirer_hold", "reference", places.Where(place => place.HoldKey is null).Select(place => place.HoldReference).ToArray());
        return [.. places.Select(place => place.HoldKey is { } key ? keys.Contains(key) : references.Contains(place.HoldReference))];
    }

    /// <summary>Writes what has changed.</summary>
    public async Task Save(Sql sql, IReadOnlyList<BookEntry> entries)
    {
        var now = ("now", (object?)database.Time.GetUtcNow());
        if (entries.Where(entry => entry.HasNewHold).Select(entry => entry.Hold!).ToList() is { Count: > 0 } holds)
        {
            await sql.Execute(
                $"INSERT INTO acquirer_hold ({HoldColumns}, at) SELECT {HoldColumns}, @now FROM {Holds.Table(database.Dialect)} ORDER BY "
                + $"idempotency_key",
                JsonRows.Parameter(holds.Select(hold => new
                {
                    IdempotencyKey = hold.Key,
                    hold.OrderId,
                    hold.CustomerId,
                    hold.Amount?.Currency,
                    AmountMinor = hold.Amount?.MinorUnits(),
                    hold.Status,
                    hold.Reference,
                    hold.Reason,
                })),
                now);
        }

        if (entries.Where(entry => entry.HasNewStatus).Select(entry => new { IdempotencyKey = entry.Hold!.Key, entry.Hold.Status })
            .ToList() is { Count: > 0 } statuses)
        {
            await sql.Execute(
                $"UPDATE acquirer_hold AS h SET status = rows.status FROM {Statuses.Table(database.Dialect)} WHERE h.idempotency_key = "
                + $"rows.idempotency_key",
                JsonRows.Parameter(statuses));
        }

        if (entries.Where(entry => entry.HasNewCapture).Select(entry => entry.Capture!).ToList() is { Count: > 0 } captures)
        {
            await sql.Execute(
                $"INSERT INTO acquirer_capture ({CaptureColumns}, at) SELECT {CaptureColumns}, @now FROM "
                + $"{Captures.Table(database.Dialect)}",
                JsonRows.Parameter(captures.Select(capture => new
                {
                    IdempotencyKey = capture.Key,
                    capture.HoldReference,
                    capture.Amount.Currency,
                    AmountMinor = capture.Amount.MinorUnits(),
                    Status = capture.Reference is null ? "declined" : "captured",
                    capture.Reference,
                    capture.Reason,
                })),
                now);
        }
    }

    /// <summary>The hold or the capture of a key. It does not wait for locks.</summary>
    public async Task<(HoldRow? Hold, CaptureRow? Capture)> Find(Sql sql, Guid key) =>
        ((await FindHolds(sql, [key], [], "")).FirstOrDefault(), (await FindCaptures(sql, [key])).FirstOrDefault());

    async Task<List<HoldRow>> FindHolds(Sql sql, Guid[] keys, string[] references, string andLock) => await sql.Query(
        $"""
        SELECT {HoldColumns} FROM acquirer_hold
        WHERE idempotency_key IN (
            {(database.Dialect == Dialect.Postgres ? "SELECT unnest(@keys)" : "SELECT value FROM json_each(@keys)")}
            UNION ALL SELECT idempotency_key FROM acquirer_hold WHERE {database.Among("reference", "references")})
        ORDER BY idempotency_key{andLock}
        """,
        row => new HoldRow(row.GetGuid(0), row.GetString(5))
        {
            OrderId = row.IsDBNull(1) ? null : row.GetGuid(1),
            CustomerId = Text(row, 2),
            Amount = Amount(row, 3),
            Reference = Text(row, 6),
            Reason = Text(row, 7),
        },
        ("keys", keys), ("references", references));

    async Task<List<CaptureRow>> FindCaptures(Sql sql, Guid[] keys) => keys.Length == 0 ? [] : await sql.Query(
        $"SELECT {CaptureColumns} FROM acquirer_capture WHERE {database.Among("idempotency_key", "keys")}",
        row => new CaptureRow(row.GetGuid(0), row.GetString(1), Amount(row, 2)!.Value, Text(row, 5), Text(row, 6)), ("keys", keys));

    static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static Money? Amount(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Money.FromMinorUnits(row.GetInt64(column + 1), row.GetString(column));
}
