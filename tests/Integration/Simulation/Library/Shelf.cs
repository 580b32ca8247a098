using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Integration.Simulation.Library;

/// <summary>What the shelf knows about one loan.</summary>
public sealed record TakenBook(string? Title = null);

/// <summary>A participant that is written with the kit.</summary>
public sealed class Shelf : Participant<TakenBook>
{
    /// <summary>A deliberate mistake: the undo does not put the book back.</summary>
    public const string KeepsTheBook = "keep-the-book";

    public Shelf(Database database, bool keepsTheBook = false) : base(database, new StateTable<TakenBook>("shelf", new TakenBook())) =>
        Does<TakeBook>(
                (shelf, asked) => asked.Book == "LOST" ? Refused("nobody can find it") : Done(shelf with { Title = asked.Book }),
                (act, _) => new BookTaken(act.SagaId, act.Epoch),
                act => new BookMissing(act.SagaId, act.Epoch, act.Said!))
            .UndoneBy<PutBookBack>(
                (shelf, _) => Done(keepsTheBook ? shelf : shelf with { Title = null }), act => new BookPutBack(act.SagaId, act.Epoch),
                "put back before it was taken");
}

public sealed class ShelfSchema(DbContextOptions<ShelfSchema> options) : DbContext(options)
{
    public static Task Migrate(Database database) =>
        Schema.Migrate<ShelfSchema>(database, "shelf", options => new ShelfSchema(options));
}

[DbContext(typeof(ShelfSchema))]
[Migration("20261201000000_Shelf")]
public sealed class CreateShelf : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateParticipantTables("shelf", "title text");
}
