using System.Data.Common;
using Orchestrator.Contracts;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>
/// A gateway that moves no money but behaves like one that does: idempotency keys, status inquiry, voids that come
/// first, and books of its own. It declines by <see cref="DeclineRules"/>.
/// </summary>
/// <param name="database">Its books: not the payment service's database, so that a crash between the two shows.</param>
public sealed class SimulatedAcquirer(Database database) : IPaymentGateway
{
    const string VoidedReason = "voided";

    /// <inheritdoc />
    public Task<GatewayAnswer> Authorize(AuthorizationRequest request, CancellationToken cancellationToken) => database.Write(async sql =>
    {
        var reason = DeclineRules.AtAuthorization(request.CustomerId, request.Amount);
        await sql.Execute(
            """
            INSERT INTO acquirer_hold (idempotency_key, order_id, customer_id, currency, amount_minor, status, reference, reason, at)
            VALUES (@key, @order, @customer, @currency, @amount, @status, @reference, @reason, @now)
            ON CONFLICT (idempotency_key) DO NOTHING
            """,
            ("@key", request.Key), ("@order", request.OrderId), ("@customer", request.CustomerId),
            ("@currency", request.Amount.Currency), ("@amount", request.Amount.MinorUnits()), ("@status", reason is null ? "held" : "declined"),
            ("@reference", reason is null ? Reference("AUTH", request.Key) : null), ("@reason", reason), ("@now", database.Time.GetUtcNow()));
        var hold = (await FindHold(sql, "idempotency_key = @key", ("@key", request.Key)))!;
        return hold.Amount is null || (hold.CustomerId, hold.Amount) == (request.CustomerId, request.Amount)
            ? hold.Answer
            : throw new InvalidOperationException($"The key {request.Key} was used for another authorisation.");
    }, cancellationToken);

    /// <inheritdoc />
    public Task<GatewayAnswer> Capture(Guid key, string authorizationId, Money amount, CancellationToken cancellationToken) => database.Write(async sql =>
    {
        // The hold's row is locked first, so that of two captures, or a capture and a void, one sees what the other did.
        var hold = await FindHold(sql, "reference = @reference", ("@reference", authorizationId));
        if (await FindCapture(sql, key) is { } known)
        {
            return (known.HoldReference, known.Amount) == (authorizationId, amount)
                ? known.Answer
                : throw new InvalidOperationException($"The key {key} was used for another capture.");
        }

        var reason = hold is not { Status: "held" } ? "nothing held"
            : hold.Amount != amount ? "amount differs from the hold"
            : DeclineRules.AtCapture(hold.CustomerId!);
        var capture = new CaptureRow(authorizationId, amount, reason is null ? Reference("CAPT", key) : null, reason);
        await sql.Execute(
            """
            INSERT INTO acquirer_capture (idempotency_key, hold_reference, currency, amount_minor, status, reference, reason, at)
            VALUES (@key, @hold, @currency, @amount, @status, @reference, @reason, @now)
            """,
            ("@key", key), ("@hold", authorizationId), ("@currency", amount.Currency), ("@amount", amount.MinorUnits()),
            ("@status", reason is null ? "captured" : "declined"), ("@reference", capture.Reference), ("@reason", reason), ("@now", database.Time.GetUtcNow()));
        if (reason is null)
            await SetStatus(sql, hold!.Key, "captured");
        return capture.Answer;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<VoidResult> Void(Guid authorizationKey, CancellationToken cancellationToken) => database.Write(async sql =>
    {
        await sql.Execute(
            "INSERT INTO acquirer_hold (idempotency_key, status, at) VALUES (@key, 'voided', @now) ON CONFLICT (idempotency_key) DO NOTHING",
            ("@key", authorizationKey), ("@now", database.Time.GetUtcNow()));
        var hold = (await FindHold(sql, "idempotency_key = @key", ("@key", authorizationKey)))!;
        if (hold.Status == "captured")
            throw new InvalidOperationException($"Hold {hold.Reference} was captured and can't be voided.");
        if (hold.Status == "held")
            await SetStatus(sql, authorizationKey, "voided");
        return hold.Reference is null ? VoidResult.NeverHeld : VoidResult.Released;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<GatewayAnswer?> GetStatus(Guid key, CancellationToken cancellationToken) => database.Read(async sql =>
        (await FindHold(sql, "idempotency_key = @key", ("@key", key), lockIt: false))?.Answer ?? (await FindCapture(sql, key))?.Answer, cancellationToken);

    static string Reference(string kind, Guid key) => $"{kind}-{DerivedId.From(kind, key.ToString()):N}"[..21].ToUpperInvariant();

    static Task<int> SetStatus(Sql sql, Guid key, string status) =>
        sql.Execute("UPDATE acquirer_hold SET status = @status WHERE idempotency_key = @key", ("@status", status), ("@key", key));

    Task<HoldRow?> FindHold(Sql sql, string where, (string, object?) parameter, bool lockIt = true) => sql.First(
        $"SELECT idempotency_key, customer_id, currency, amount_minor, status, reference, reason FROM acquirer_hold WHERE {where}{(lockIt ? database.ForUpdate : "")}",
        row => new HoldRow(row.GetGuid(0), Text(row, 1), Amount(row, 2), row.GetString(4), Text(row, 5), Text(row, 6)), parameter);

    static Task<CaptureRow?> FindCapture(Sql sql, Guid key) => sql.First(
        "SELECT hold_reference, currency, amount_minor, reference, reason FROM acquirer_capture WHERE idempotency_key = @key",
        row => new CaptureRow(row.GetString(0), Amount(row, 1)!.Value, Text(row, 3), Text(row, 4)), ("@key", key));

    static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static Money? Amount(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Money.FromMinorUnits(row.GetInt64(column + 1), row.GetString(column));

    sealed record HoldRow(Guid Key, string? CustomerId, Money? Amount, string Status, string? Reference, string? Reason)
    {
        public GatewayAnswer Answer => Status is "held" or "captured" ? new Approved(Reference!) : new Declined(Reason ?? VoidedReason);
    }

    sealed record CaptureRow(string HoldReference, Money Amount, string? Reference, string? Reason)
    {
        public GatewayAnswer Answer => Reference is null ? new Declined(Reason!) : new Approved(Reference);
    }
}
