namespace Strikeline.Host.Configuration;

/// <summary>Reads the configuration from its sources and checks it.</summary>
internal sealed class SettingsLoader
{
    // Read by the test programs, by the launcher, and by commands that talk to a running server.
    private static readonly string[] ForeignNames = ["STRIKELINE_FULL", "STRIKELINE_TOKEN"];

    private readonly Settings _settings = new();
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];
    private readonly List<string> _notes = [];

    private SettingsLoader()
    {
    }

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="UserError">Something in it is wrong.</exception>
    public static LoadedSettings Load(SettingsRequest request)
    {
        var loaded = Examine(request);
        return loaded.Problems.Count switch
        {
            0 => loaded,
            1 => throw new UserError(loaded.Problems[0]),
            var count => throw new UserError($"{loaded.Problems[0]} (and {count - 1} more: strikeline config check)"),
        };
    }

    /// <summary>Reads the configuration and reports all that is wrong in it.</summary>
    /// <exception cref="UserError">The file cannot be read or is no JSON.</exception>
    public static LoadedSettings Examine(SettingsRequest request)
    {
        var loader = new SettingsLoader();
        var file = loader.ReadFile(request);
        loader.ReadEnvironment(request.Environment);
        loader.ReadOptions(request.Options);
        loader.PlaceFolders();
        loader._problems.AddRange(SettingsRules.Check(loader._settings)
            .Select(found => $"{loader.Where(found.Key)}: {found.Key}: {found.Problem}"));
        return new LoadedSettings
        {
            Settings = loader._settings,
            File = file,
            Rows = [.. Schema.Root.Keys.Select(loader.Row)],
            Problems = loader._problems,
            Notes = loader._notes,
        };
    }

    private SettingRow Row(SchemaKey key) =>
        new(key, key.Get(_settings)!, _sources.GetValueOrDefault(key.Path, "default"));

    private string Where(string key) => _sources.GetValueOrDefault(key, "configuration");

    private string? ReadFile(SettingsRequest request)
    {
        var file = request.File ?? Path.Combine(request.Folder, SettingsRequest.DefaultFile);
        if (request.File is null && !File.Exists(file))
        {
            return null;
        }

        var shown = request.File ?? SettingsRequest.DefaultFile;
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var why = failure is FileNotFoundException or DirectoryNotFoundException ? "no such file" : failure.Message;
            throw new UserError($"{shown}: the configuration cannot be read: {why}", failure);
        }

        ReadObject(Schema.Root, _settings, ConfigText.Read(bytes, shown), shown, "");
        return shown;
    }

    private void ReadObject(
        Schema schema, object root, ConfigNode node, string file, string prefix, string shownPrefix = "")
    {
        foreach (var member in node.Members)
        {
            var path = prefix + member.Name;
            var shown = shownPrefix + path;
            var at = $"{file}:{member.Line}: {shown}";
            if (schema.Key(path) is { } key)
            {
                ReadKey(key, root, member.Value, file, at);
                if (ReferenceEquals(root, _settings))
                {
                    _sources[path] = $"{file}:{member.Line}";
                }
            }
            else if (!schema.HasSection(path))
            {
                var nearest = NearestWord.Of(path, schema.Paths);
                _problems.Add(at + ": no such key" + (nearest is null
                    ? "; `strikeline config reference` lists them all"
                    : $"; did you mean {shownPrefix}{nearest}?"));
            }
            else if (member.Value.Form != NodeForm.Object)
            {
                _problems.Add($"{at}: found {member.Value.Words}; this is a section: an object {{ … }} is allowed");
            }
            else
            {
                ReadObject(schema, root, member.Value, file, path + ".", shownPrefix);
            }
        }
    }

    private void ReadKey(SchemaKey key, object root, ConfigNode node, string file, string at)
    {
        if (key.Meta.Kind == KeyKind.Rows)
        {
            ReadRows(key, root, node, file, at);
        }
        else if (ValueRules.Read(key.Meta, node, out var value) is { } problem)
        {
            _problems.Add($"{at}: {problem}");
        }
        else
        {
            key.Set(root, value);
        }
    }

    private void ReadRows(SchemaKey key, object root, ConfigNode node, string file, string at)
    {
        if (node.Form != NodeForm.List)
        {
            _problems.Add($"{at}: found {node.Words}; {ValueRules.Allowed(key.Meta)} is allowed");
            return;
        }

        var schema = Schema.Of(key.RowType);
        var rows = Array.CreateInstance(key.RowType, node.Items.Count);
        for (var i = 0; i < node.Items.Count; i++)
        {
            var item = node.Items[i];
            var shown = $"{key.Path}[{i}]";
            if (item.Form != NodeForm.Object)
            {
                _problems.Add($"{file}:{item.Line}: {shown}: found {item.Words}; an object {{ … }} is allowed");
                continue;
            }

            var row = Activator.CreateInstance(key.RowType)!;
            ReadObject(schema, row, item, file, "", shown + ".");
            foreach (var missing in schema.Keys.Where(inner =>
                inner.Meta.Required && item.Members.TrueForAll(member => member.Name != inner.Path)))
            {
                _problems.Add($"{file}:{item.Line}: {shown}.{missing.Path}: the key is missing; "
                    + $"{ValueRules.Allowed(missing.Meta)} is needed");
            }

            rows.SetValue(row, i);
        }

        key.Set(root, rows);
    }

    private void ReadEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var known = new HashSet<string>(ForeignNames, StringComparer.Ordinal);
        foreach (var key in Schema.Root.Keys)
        {
            if (key.EnvironmentName is { } own)
            {
                known.Add(own);
                var names = key.Meta.Environment.Prepend(own);
                var set = names.FirstOrDefault(name => environment.GetValueOrDefault(name) is { Length: > 0 });
                if (set is not null)
                {
                    ReadVariable(key, set, environment[set]);
                }
            }
        }

        foreach (var name in environment.Keys.Where(name => name.StartsWith("STRIKELINE_", StringComparison.Ordinal)))
        {
            if (!known.Contains(name))
            {
                var nearest = NearestWord.Of(name, known);
                _notes.Add($"environment {name}: no such key" + (nearest is null ? "" : $"; did you mean {nearest}?"));
            }
        }
    }

    private void ReadVariable(SchemaKey key, string name, string text)
    {
        // RUST_LOG may hold directives for other programs: only a plain level is meant for this one.
        if (name == "RUST_LOG" && !key.Meta.Choices.Contains(text.ToLowerInvariant()))
        {
            _notes.Add(
                $"environment RUST_LOG: \"{text}\" is no level ({string.Join(", ", key.Meta.Choices)}); not used");
            return;
        }

        ReadText(key, text, $"environment {name}");
    }

    private void ReadOptions(IReadOnlyList<OptionValue> options)
    {
        foreach (var option in options)
        {
            if (Schema.Root.Key(option.Key) is { Meta.Kind: not KeyKind.Rows } key)
            {
                ReadText(key, option.Text, $"option {option.Option}");
            }
            else
            {
                var nearest = NearestWord.Of(option.Key, Schema.Root.Keys.Select(known => known.Path));
                _problems.Add($"option {option.Option}: {option.Key}: no key of one value"
                    + (nearest is null ? "" : $"; did you mean {nearest}?"));
            }
        }
    }

    private void ReadText(SchemaKey key, string text, string source)
    {
        if (ValueRules.Read(key.Meta, ValueRules.FromText(key.Meta, text), out var value) is { } problem)
        {
            _problems.Add($"{source}: {key.Path}: {problem}");
        }
        else
        {
            key.Set(_settings, value);
            _sources[key.Path] = source;
        }
    }

    private void PlaceFolders()
    {
        foreach (var key in Schema.Root.Keys.Where(key => key.Meta.Under.Length > 0))
        {
            if (key.Get(_settings) is "")
            {
                key.Set(_settings, Path.Combine(_settings.DataDir, key.Meta.Under));
            }
        }
    }
}
