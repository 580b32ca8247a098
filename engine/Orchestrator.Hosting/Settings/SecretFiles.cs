using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;

namespace Orchestrator.Hosting.Settings;

/// <summary>Settings that must not be seen, in files of their own.</summary>
public static class SecretFiles
{
    const string Usual = "/run/secrets";

    /// <summary>
    /// Adds the files of the folder that <c>Secrets:Folder</c> names, <c>/run/secrets</c> unless it says otherwise: a setting each, of
    /// which a file's name is the key (<c>Passwords__Postgres</c>). They win over what was added before.
    /// </summary>
    /// <exception cref="SettingsException">A file, or a folder that was named, can't be read.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration)
    {
        var named = configuration[CommonSettings.SecretsFolder.Key];
        var folder = Path.GetFullPath(string.IsNullOrEmpty(named) ? Usual : named);
        if (!Directory.Exists(folder))
        {
            if (!string.IsNullOrEmpty(named))
                throw new SettingsException([$"{CommonSettings.SecretsFolder.Key} is '{named}', and there is no such folder."]);
            return;
        }

        try
        {
            configuration.AddKeyPerFile(source => source.FileProvider = new PhysicalFileProvider(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"The secrets in {folder} can't be read: {e.Message}"]);
        }
    }
}
