using Orchestrator.Contracts;
using Orchestrator.Services.Payment.Gateway;
using Orchestrator.Storage;

namespace Orchestrator.Services.Payment.Acquirer;

/// <summary>
/// A simulated gateway, which moves no money. It behaves like a real one: it has idempotency keys, a status inquiry, voids that may come
/// first, and books of its own. It declines by <see cref="DeclineRules"/>.
/// </summary>
public sealed class SimulatedAcquirer : IPaymentGateway, IDisposable
{
    readonly Database _database;
    readonly Books _books;
    readonly SharedTransactions<BookPlace, BookEntry> _holds;

    /// <summary>An acquirer.</summary>
    /// <param name="database">The database of its books. It is not the database of the payment service, so that a crash can come between
    /// the two.</param>
    public SimulatedAcquirer(Database database)
    {
        (_database, _books) = (database, new Books(database));
        _holds = new SharedTransactions<BookPlace, BookEntry>(database, _books.Load, _books.Save, Books.AreLocked);
    }

    /// <inheritdoc />
    public Task<GatewayAnswer> Authorize(AuthorizationRequest request, CancellationToken cancellationToken) => _holds.Act(
        PlaceOf(request.Key),
        entry =>
        {
            var reason = DeclineRules.AtAuthorization(request.CustomerId, request.Amount);
            var hold = entry.Hold ?? entry.Add(new HoldRow(request.Key, reason is null ? "held" : "declined")
            {
                OrderId = request.OrderId,
                CustomerId = request.CustomerId,
                Amount = request.Amount,
                Reference = reason is null ? HoldReference(request.Key) : null,
                Reason = reason,
            });
            return hold.Amount is null || (hold.CustomerId, hold.Amount) == (request.CustomerId, request.Amount)
                ? hold.Answer
                : throw new InvalidOperationException($"The key {request.Key} was used for another authorisation.");
        }, cancellationToken);

    /// <inheritdoc />
    public Task<GatewayAnswer> Capture(Guid key, string authorizationId, Money amount, CancellationToken cancellationToken) => _holds.Act(
        new BookPlace(authorizationId, CaptureKey: key),
        entry =>
        {
            if (entry.Capture is { } known)
            {
                return (known.HoldReference, known.Amount) == (authorizationId, amount)
                    ? known.Answer
                    : throw new InvalidOperationException($"The key {key} was used for another capture.");
            }

            var reason = entry.Hold is not { Status: "held" } hold ? "nothing held"
                : hold.Amount != amount ? "amount differs from the hold"
                : DeclineRules.AtCapture(hold.CustomerId!);
            if (reason is null)
                entry.Set("captured");
            return entry.Add(new CaptureRow(key, authorizationId, amount, reason is null ? Reference("CAPT", key) : null, reason)).Answer;
        }, cancellationToken);

    /// <inheritdoc />
    public Task<VoidResult> Void(Guid authorizationKey, CancellationToken cancellationToken) => _holds.Act(
        PlaceOf(authorizationKey),
        entry =>
        {
            var hold = entry.Hold ?? entry.Add(new HoldRow(authorizationKey, "voided"));
            if (hold.Status == "captured")
                throw new InvalidOperationException($"Hold {hold.Reference} was captured and can't be voided.");
            if (hold.Status == "held")
                entry.Set("voided");
            return hold.Reference is null ? VoidResult.NeverHeld : VoidResult.Released;
        }, cancellationToken);

    /// <inheritdoc />
    public Task<GatewayAnswer?> GetStatus(Guid key, CancellationToken cancellationToken) => _database.Read(async sql =>
    {
        var (hold, capture) = await _books.Find(sql, key);
        return hold?.Answer ?? capture?.Answer;
    }, cancellationToken);

    /// <summary>Stops waiting for a database that is away.</summary>
    public void Dispose() => _holds.Dispose();

    static BookPlace PlaceOf(Guid holdKey) => new(HoldReference(holdKey), holdKey);

    static string HoldReference(Guid key) => Reference("AUTH", key);

    static string Reference(string kind, Guid key) => $"{kind}-{DerivedId.From(kind, key.ToString()):N}"[..21].ToUpperInvariant();
}
